import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PaymentsSettlement1795248023000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE payments SET captured_minor = 0 WHERE captured_minor IS NULL;
      ALTER TABLE payments
        DROP CONSTRAINT payments_state_check, DROP CONSTRAINT payments_captured_minor_check,
        ADD CONSTRAINT payments_state_check CHECK (state IN ('PENDING', 'CAPTURED', 'DECLINED', 'VOIDED', 'DISPUTED', 'CHARGED_BACK')),
        ALTER COLUMN captured_minor SET NOT NULL, ALTER COLUMN captured_minor SET DEFAULT 0,
        -- in which currency the money came in; known with the first of it
        ADD COLUMN captured_currency text,
        -- what of it pays for something, and what of the rest has been sent back or is on its way
        ADD COLUMN applied_minor integer NOT NULL DEFAULT 0 CHECK (applied_minor >= 0),
        ADD COLUMN returned_minor integer NOT NULL DEFAULT 0 CHECK (returned_minor >= 0),
        -- when the provider was asked last
        ADD COLUMN asked_at timestamptz;
      UPDATE payments SET captured_currency = currency WHERE captured_minor > 0;
      UPDATE payments p SET applied_minor = captured_minor - r.back, returned_minor = r.back
        FROM (SELECT payment_id, sum(amount_minor)::integer AS back FROM refunds WHERE reason_key NOT LIKE 'ticket:%' GROUP BY 1) r
        WHERE r.payment_id = p.id;
      UPDATE payments SET applied_minor = captured_minor - returned_minor WHERE state = 'CAPTURED';
      ALTER TABLE payments
        ADD CONSTRAINT payments_captured CHECK (captured_minor >= 0 AND (captured_minor > 0) = (captured_currency IS NOT NULL)),
        -- the wall: no unit is used twice
        ADD CONSTRAINT payments_spent CHECK (applied_minor + returned_minor <= captured_minor);
      CREATE INDEX payments_unsettled ON payments (coalesce(asked_at, created_at)) WHERE state = 'PENDING';
      CREATE TRIGGER payments_moves BEFORE UPDATE OF state ON payments FOR EACH ROW EXECUTE FUNCTION refuse_other_moves(
        'PENDING>CAPTURED', 'PENDING>DECLINED', 'PENDING>VOIDED', 'DECLINED>CAPTURED', 'VOIDED>CAPTURED',
        'CAPTURED>DISPUTED', 'CAPTURED>CHARGED_BACK', 'DISPUTED>CAPTURED', 'DISPUTED>CHARGED_BACK');

      -- Which part of a payment pays for what. An exchange moves a part from one reference to another.
      CREATE TABLE payment_applications (
        payment_id uuid NOT NULL REFERENCES payments (id),
        reference uuid NOT NULL,
        applied_minor integer NOT NULL CHECK (applied_minor >= 0),
        -- given back of it since
        refunded_minor integer NOT NULL DEFAULT 0,
        PRIMARY KEY (payment_id, reference),
        CONSTRAINT payment_applications_refunded CHECK (refunded_minor BETWEEN 0 AND applied_minor)
      );
      CREATE INDEX payment_applications_reference ON payment_applications (reference);
      INSERT INTO payment_applications (payment_id, reference, applied_minor, refunded_minor)
        SELECT p.id, p.reference, p.applied_minor,
          coalesce((SELECT sum(r.amount_minor) FROM refunds r WHERE r.payment_id = p.id AND r.reason_key LIKE 'ticket:%'), 0)
        FROM payments p WHERE p.applied_minor > 0;

      ALTER TABLE refunds
        DROP CONSTRAINT refunds_state_check,
        ADD CONSTRAINT refunds_state_check CHECK (state IN ('REQUESTED', 'SENT', 'SUCCEEDED', 'FAILED', 'COVERED')),
        ADD COLUMN currency text,
        -- what it was paid for; NULL: for nothing, it was never applied
        ADD COLUMN reference uuid,
        ADD COLUMN reason text NOT NULL DEFAULT 'GIVEN_BACK',
        ADD COLUMN attempts integer NOT NULL DEFAULT 0,
        ADD COLUMN asked_at timestamptz;
      UPDATE refunds r SET currency = p.captured_currency, reference = CASE WHEN r.reason_key LIKE 'ticket:%' THEN p.reference END
        FROM payments p WHERE p.id = r.payment_id;
      ALTER TABLE refunds ALTER COLUMN currency SET NOT NULL, ALTER COLUMN reason DROP DEFAULT;
      CREATE INDEX refunds_unsettled ON refunds (coalesce(asked_at, created_at)) WHERE state IN ('REQUESTED', 'SENT', 'FAILED');
      CREATE INDEX refunds_reference ON refunds (reference);
      CREATE TRIGGER refunds_moves BEFORE UPDATE OF state ON refunds FOR EACH ROW EXECUTE FUNCTION refuse_other_moves(
        'REQUESTED>SENT', 'REQUESTED>SUCCEEDED', 'REQUESTED>FAILED', 'REQUESTED>COVERED', 'SENT>SUCCEEDED', 'SENT>FAILED',
        'SUCCEEDED>FAILED', 'FAILED>REQUESTED', 'FAILED>COVERED');

      -- Events of the dispute of a payment are looked at together: they come in any order.
      ALTER TABLE payment_webhooks ADD COLUMN payment_id uuid REFERENCES payments (id);
      CREATE INDEX payment_webhooks_disputes ON payment_webhooks (payment_id) WHERE type LIKE 'dispute%';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payment_webhooks DROP COLUMN payment_id;
      DROP TRIGGER refunds_moves ON refunds;
      DROP INDEX refunds_unsettled, refunds_reference;
      ALTER TABLE refunds DROP COLUMN currency, DROP COLUMN reference, DROP COLUMN reason, DROP COLUMN attempts, DROP COLUMN asked_at;
      UPDATE refunds SET state = CASE state WHEN 'COVERED' THEN 'SUCCEEDED' ELSE 'REQUESTED' END WHERE state IN ('SENT', 'FAILED', 'COVERED');
      ALTER TABLE refunds DROP CONSTRAINT refunds_state_check, ADD CONSTRAINT refunds_state_check CHECK (state IN ('REQUESTED', 'SUCCEEDED'));
      DROP TABLE payment_applications;
      DROP TRIGGER payments_moves ON payments;
      DROP INDEX payments_unsettled;
      ALTER TABLE payments
        DROP CONSTRAINT payments_spent, DROP CONSTRAINT payments_captured, DROP COLUMN captured_currency, DROP COLUMN applied_minor,
        DROP COLUMN returned_minor, DROP COLUMN asked_at,
        ALTER COLUMN captured_minor DROP DEFAULT, ALTER COLUMN captured_minor DROP NOT NULL;
      UPDATE payments SET captured_minor = NULL WHERE captured_minor = 0;
      UPDATE payments SET state = 'CAPTURED' WHERE state IN ('DISPUTED', 'CHARGED_BACK');
      UPDATE payments SET state = 'DECLINED' WHERE state = 'VOIDED';
      ALTER TABLE payments
        DROP CONSTRAINT payments_state_check, ADD CONSTRAINT payments_state_check CHECK (state IN ('PENDING', 'CAPTURED', 'DECLINED')),
        ADD CONSTRAINT payments_captured_minor_check CHECK (captured_minor > 0);
    `);
  }
}
