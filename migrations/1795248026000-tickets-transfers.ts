import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TicketsTransfers1795248026000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The trail of a ticket that changed hands. The serial is that of the code which died with it.
      CREATE TABLE ticket_transfers (
        id uuid PRIMARY KEY,
        ticket_id uuid NOT NULL REFERENCES tickets (id),
        from_user_id uuid NOT NULL REFERENCES users (id),
        to_user_id uuid NOT NULL REFERENCES users (id),
        serial integer NOT NULL,
        transferred_at timestamptz NOT NULL,
        CONSTRAINT ticket_transfers_serial UNIQUE (ticket_id, serial),
        CHECK (from_user_id <> to_user_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ticket_transfers`);
  }
}
