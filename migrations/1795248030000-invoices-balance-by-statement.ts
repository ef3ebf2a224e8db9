import type { MigrationInterface, QueryRunner } from 'typeorm';

export class InvoicesBalanceByStatement1795248030000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER journal_lines_balance ON journal_lines;
      DROP TRIGGER journal_entries_balance ON journal_entries;
      DROP FUNCTION journal_balances;

      -- Lines are written with all others of their entries, in one statement, so one look at all of them is enough.
      -- The tables grow while a plan is kept: it must not be one that reads all of them.
      CREATE FUNCTION journal_balances() RETURNS trigger LANGUAGE plpgsql
        SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
      DECLARE
        entry uuid;
        difference bigint;
      BEGIN
        SELECT l.entry_id, sum(l.debit_minor) - sum(l.credit_minor) INTO entry, difference
        FROM (SELECT DISTINCT entry_id FROM added) a JOIN journal_lines l USING (entry_id)
        GROUP BY l.entry_id HAVING sum(l.debit_minor) <> sum(l.credit_minor) LIMIT 1;
        IF FOUND THEN
          RAISE EXCEPTION 'journal entry % does not balance: %', entry, difference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_balances', TABLE = 'journal_entries';
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER journal_lines_balance AFTER INSERT ON journal_lines
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION journal_balances();

      CREATE FUNCTION journal_has_lines() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
      BEGIN
        PERFORM FROM journal_lines WHERE entry_id = NEW.id;
        IF NOT FOUND THEN
          RAISE EXCEPTION 'journal entry % does not balance: it has no lines', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_balances', TABLE = 'journal_entries';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER journal_entries_balance AFTER INSERT ON journal_entries
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION journal_has_lines();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER journal_lines_balance ON journal_lines;
      DROP TRIGGER journal_entries_balance ON journal_entries;
      DROP FUNCTION journal_balances, journal_has_lines;
      CREATE FUNCTION journal_balances() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        entry uuid := CASE TG_TABLE_NAME WHEN 'journal_entries' THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(NEW) ->> 'entry_id' END;
        difference bigint;
      BEGIN
        SELECT sum(debit_minor) - sum(credit_minor) INTO difference FROM journal_lines WHERE entry_id = entry;
        IF difference IS DISTINCT FROM 0 THEN
          RAISE EXCEPTION 'journal entry % does not balance: %', entry, coalesce(difference::text, 'it has no lines')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_balances', TABLE = 'journal_entries';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER journal_entries_balance AFTER INSERT ON journal_entries
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION journal_balances();
      CREATE CONSTRAINT TRIGGER journal_lines_balance AFTER INSERT ON journal_lines
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION journal_balances();
    `);
  }
}
