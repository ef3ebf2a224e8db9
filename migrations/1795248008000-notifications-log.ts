import type { MigrationInterface, QueryRunner } from 'typeorm';

export class NotificationsLog1795248008000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What was sent. dedupe_key makes a message go out once, however often its job runs.
      CREATE TABLE notifications (
        id uuid PRIMARY KEY,
        dedupe_key text NOT NULL CONSTRAINT notifications_dedupe_key UNIQUE,
        kind text NOT NULL,
        channel text NOT NULL CHECK (channel IN ('EMAIL')),
        recipient text NOT NULL,
        subject text NOT NULL,
        created_at timestamptz NOT NULL,
        sent_at timestamptz
      );
      CREATE INDEX notifications_recipient ON notifications (recipient, created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE notifications;
    `);
  }
}
