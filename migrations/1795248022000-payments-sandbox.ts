import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The sandbox gateway learns what real ones do: parts, voids, transfers on their way, disputes, events that wait. */
export class PaymentsSandbox1795248022000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sandbox_charges
        DROP CONSTRAINT sandbox_charges_state_check, DROP CONSTRAINT sandbox_charges_check,
        ADD CONSTRAINT sandbox_charges_state_check CHECK (state IN ('OPEN', 'PROCESSING', 'SUCCEEDED', 'DECLINED', 'VOIDED')),
        ADD COLUMN idempotency_key text CONSTRAINT sandbox_charges_key UNIQUE,
        ADD COLUMN method text CHECK (method IN ('card', 'bank-transfer', 'wallet')),
        ADD COLUMN captured_minor integer NOT NULL DEFAULT 0 CHECK (captured_minor >= 0),
        ADD COLUMN captured_currency text,
        ADD COLUMN dispute text CHECK (dispute IN ('OPEN', 'WON', 'LOST')),
        -- how this charge behaves; what is not in it is as usual
        ADD COLUMN mode jsonb NOT NULL DEFAULT '{}',
        -- when a transfer that is on its way arrives
        ADD COLUMN arrives_at timestamptz;
      UPDATE sandbox_charges SET idempotency_key = substr(id, 4);
      UPDATE sandbox_charges SET captured_minor = amount_minor, captured_currency = currency WHERE state = 'SUCCEEDED';
      ALTER TABLE sandbox_charges
        ALTER COLUMN idempotency_key SET NOT NULL,
        ADD CONSTRAINT sandbox_charges_captured CHECK ((captured_minor > 0) = (state = 'SUCCEEDED') AND (captured_minor > 0) = (captured_currency IS NOT NULL)),
        ADD CONSTRAINT sandbox_charges_refunded CHECK (refunded_minor BETWEEN 0 AND captured_minor);
      CREATE INDEX sandbox_charges_arriving ON sandbox_charges (arrives_at) WHERE state = 'PROCESSING';

      ALTER TABLE sandbox_refunds ADD COLUMN state text NOT NULL DEFAULT 'SUCCEEDED' CHECK (state IN ('PENDING', 'SUCCEEDED', 'FAILED'));
      ALTER TABLE sandbox_refunds ALTER COLUMN state DROP DEFAULT;
      CREATE INDEX sandbox_refunds_charge ON sandbox_refunds (charge_id);

      -- What happened at the gateway, and what became of telling it.
      CREATE TABLE sandbox_events (
        id text PRIMARY KEY,
        -- in the order in which they happened
        number bigint GENERATED ALWAYS AS IDENTITY,
        charge_id text NOT NULL REFERENCES sandbox_charges (id),
        payload jsonb NOT NULL,
        fate text NOT NULL CHECK (fate IN ('SENT', 'DELAYED', 'HELD', 'UNTOLD')),
        due_at timestamptz,
        deliveries integer NOT NULL DEFAULT 0,
        last_status integer,
        CONSTRAINT sandbox_events_delayed CHECK ((fate = 'DELAYED') = (due_at IS NOT NULL))
      );
      CREATE INDEX sandbox_events_charge ON sandbox_events (charge_id, number);
      CREATE INDEX sandbox_events_due ON sandbox_events (due_at) WHERE due_at IS NOT NULL;

      -- How charges that come behave: one row, or none while all is as usual.
      CREATE TABLE sandbox_modes (
        is_current boolean PRIMARY KEY DEFAULT true CHECK (is_current),
        mode jsonb NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE sandbox_modes, sandbox_events;
      DROP INDEX sandbox_refunds_charge;
      DELETE FROM sandbox_refunds WHERE state <> 'SUCCEEDED';
      ALTER TABLE sandbox_refunds DROP COLUMN state;
      UPDATE sandbox_charges SET refunded_minor = least(amount_minor,
        (SELECT coalesce(sum(r.amount_minor), 0) FROM sandbox_refunds r WHERE r.charge_id = sandbox_charges.id));
      DROP INDEX sandbox_charges_arriving;
      ALTER TABLE sandbox_charges
        DROP CONSTRAINT sandbox_charges_state_check, DROP CONSTRAINT sandbox_charges_captured, DROP CONSTRAINT sandbox_charges_refunded,
        DROP COLUMN idempotency_key, DROP COLUMN method, DROP COLUMN captured_minor, DROP COLUMN captured_currency,
        DROP COLUMN dispute, DROP COLUMN mode, DROP COLUMN arrives_at;
      UPDATE sandbox_charges SET state = CASE state WHEN 'PROCESSING' THEN 'OPEN' ELSE 'DECLINED' END WHERE state IN ('PROCESSING', 'VOIDED');
      ALTER TABLE sandbox_charges
        ADD CONSTRAINT sandbox_charges_state_check CHECK (state IN ('OPEN', 'SUCCEEDED', 'DECLINED')),
        ADD CONSTRAINT sandbox_charges_check CHECK (refunded_minor BETWEEN 0 AND amount_minor);
    `);
  }
}
