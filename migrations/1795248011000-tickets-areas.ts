import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TicketsAreas1795248011000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE tickets
        ADD COLUMN area_id uuid REFERENCES areas (id),
        ALTER COLUMN seat_id DROP NOT NULL,
        ADD CONSTRAINT tickets_place CHECK (num_nonnulls(seat_id, area_id) = 1),
        -- The last wall, at the rate of sales: whatever the inventory says, no two valid tickets share a seat and a leg.
        ADD CONSTRAINT tickets_one_seat EXCLUDE USING gist (
          bookable_id WITH =, seat_id WITH =, int4range(from_position, to_position) WITH &&) WHERE (state IN ('PAID', 'USED'));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE tickets DROP CONSTRAINT tickets_one_seat, DROP COLUMN area_id, ALTER COLUMN seat_id SET NOT NULL;
    `);
  }
}
