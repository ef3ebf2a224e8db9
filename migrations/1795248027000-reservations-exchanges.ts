import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ReservationsExchanges1795248027000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders
        -- Whose tickets are given for it, which, and what they count for: in part as payment, the rest goes back.
        ADD COLUMN exchange_of uuid REFERENCES orders (id),
        ADD COLUMN exchanged_ticket_ids uuid[] NOT NULL DEFAULT '{}',
        ADD COLUMN credit_minor integer NOT NULL DEFAULT 0 CHECK (credit_minor >= 0),
        ADD CONSTRAINT orders_exchange CHECK ((exchange_of IS NULL) = (cardinality(exchanged_ticket_ids) = 0) AND (exchange_of IS NOT NULL OR credit_minor = 0));
      CREATE INDEX orders_exchange_of ON orders (exchange_of) WHERE exchange_of IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders DROP COLUMN exchange_of, DROP COLUMN exchanged_ticket_ids, DROP COLUMN credit_minor;
    `);
  }
}
