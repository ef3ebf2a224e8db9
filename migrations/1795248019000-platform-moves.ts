import type { MigrationInterface, QueryRunner } from 'typeorm';

/** State machines in the database: a trigger of a table names its moves, and any other is refused. */
export class PlatformMoves1795248019000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Arguments of the trigger: the moves that are allowed, such as 'PENDING>PAID'.
      CREATE FUNCTION refuse_other_moves() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.state IS DISTINCT FROM OLD.state AND NOT (OLD.state || '>' || NEW.state = ANY (TG_ARGV)) THEN
          RAISE EXCEPTION '% % cannot go from % to %', TG_TABLE_NAME, NEW.id, OLD.state, NEW.state USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION refuse_other_moves`);
  }
}
