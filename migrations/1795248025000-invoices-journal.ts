import type { MigrationInterface, QueryRunner } from 'typeorm';

export class InvoicesJournal1795248025000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Double-entry book-keeping in minor units: what is written stays.
      CREATE TABLE journal_entries (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES organizations (id),
        kind text NOT NULL CHECK (kind IN ('CAPTURE', 'SALE', 'RETURN', 'REFUND', 'SETTLEMENT', 'BOUNCE', 'CHARGEBACK', 'EXCHANGE')),
        currency text NOT NULL,
        at timestamptz NOT NULL,
        order_id uuid NOT NULL REFERENCES orders (id),
        -- Without foreign keys: they would lock the payment after its refund, and webhooks lock the refund after its payment.
        payment_id uuid,
        refund_id uuid,
        -- the same fact is booked once
        key text NOT NULL CONSTRAINT journal_entries_key UNIQUE
      );
      CREATE INDEX journal_entries_organization ON journal_entries (organization_id, at, id);
      CREATE INDEX journal_entries_order ON journal_entries (order_id);

      CREATE TABLE journal_lines (
        entry_id uuid NOT NULL REFERENCES journal_entries (id),
        position integer NOT NULL,
        -- the chart of accounts
        account text NOT NULL CHECK (account IN ('PROVIDER', 'DEPOSITS', 'REFUNDS_DUE', 'SALES', 'FEES', 'TAX', 'CHARGEBACKS')),
        debit_minor integer NOT NULL DEFAULT 0 CHECK (debit_minor >= 0),
        credit_minor integer NOT NULL DEFAULT 0 CHECK (credit_minor >= 0),
        PRIMARY KEY (entry_id, position),
        CONSTRAINT journal_lines_one_side CHECK ((debit_minor > 0) <> (credit_minor > 0))
      );

      -- At the commit: a line that was added to an entry later is looked at with all the others of it.
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

      -- Of tables whose rows stay as they were written.
      CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        is_empty boolean;
      BEGIN
        EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I)', TG_TABLE_NAME) INTO is_empty;
        IF is_empty THEN RETURN NULL; END IF;
        RAISE EXCEPTION '% keeps what was written: % is refused', TG_TABLE_NAME, TG_OP
          USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_stays', TABLE = TG_TABLE_NAME;
      END $$;
      CREATE TRIGGER journal_entries_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entries EXECUTE FUNCTION refuse_rewriting();
      CREATE TRIGGER journal_lines_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_lines EXECUTE FUNCTION refuse_rewriting();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE journal_lines, journal_entries;
      DROP FUNCTION refuse_rewriting, journal_balances;
    `);
  }
}
