import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ValidationCheckIns1795248007000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE check_ins (
        id uuid PRIMARY KEY,
        ticket_id uuid NOT NULL CONSTRAINT check_ins_ticket_key UNIQUE REFERENCES tickets (id),
        bookable_id uuid NOT NULL,
        user_id uuid NOT NULL REFERENCES users (id),
        gate text,
        scanned_at timestamptz NOT NULL
      );
      CREATE INDEX check_ins_bookable ON check_ins (bookable_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE check_ins;
    `);
  }
}
