import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PlatformOutbox1795248001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Facts that were committed with their change. Ids are UUIDs of version 7: they sort by age.
      CREATE TABLE outbox (
        id uuid PRIMARY KEY,
        type text NOT NULL,
        payload jsonb NOT NULL,
        correlation_id text NOT NULL,
        created_at timestamptz NOT NULL,
        relayed_at timestamptz
      );
      CREATE INDEX outbox_waiting ON outbox (id) WHERE relayed_at IS NULL;

      -- One row per event and job that wants it; done when the job ended well.
      CREATE TABLE outbox_deliveries (
        event_id uuid NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
        queue text NOT NULL,
        job text NOT NULL,
        enqueued_at timestamptz,
        done_at timestamptz,
        failed_at timestamptz,
        PRIMARY KEY (event_id, job)
      );
      CREATE INDEX outbox_deliveries_waiting ON outbox_deliveries (event_id) WHERE done_at IS NULL AND failed_at IS NULL;

      CREATE TABLE idempotency_keys (
        scope text NOT NULL,
        key text NOT NULL,
        fingerprint text NOT NULL,
        answer jsonb,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (scope, key)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE idempotency_keys;
      DROP TABLE outbox_deliveries;
      DROP TABLE outbox;
    `);
  }
}
