import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The index of what is due, for nobody but the sweep. A partial index `WHERE state = 'ACTIVE'` is a choice for every
 * statement that says so, and one that was planned while the table was empty then reads all that are active.
 */
export class ReservationsDue1795248012000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX reservations_due;
      CREATE INDEX reservations_due ON reservations ((CASE WHEN state = 'ACTIVE' THEN expires_at END))
        WHERE (CASE WHEN state = 'ACTIVE' THEN expires_at END) IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX reservations_due;
      CREATE INDEX reservations_due ON reservations (expires_at) WHERE state = 'ACTIVE';
    `);
  }
}
