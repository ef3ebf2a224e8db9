import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PaymentsPayments1795248004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Money in. reference is what is paid for; it has no foreign key, because orders belong to a library above.
      CREATE TABLE payments (
        id uuid PRIMARY KEY,
        provider text NOT NULL,
        provider_reference text,
        reference uuid NOT NULL,
        amount_minor integer NOT NULL CHECK (amount_minor > 0),
        currency text NOT NULL,
        state text NOT NULL CHECK (state IN ('PENDING', 'CAPTURED', 'DECLINED')),
        pay_url text,
        created_at timestamptz NOT NULL,
        settled_at timestamptz,
        -- what the provider says it took; more or less than amount_minor is paid back
        captured_minor integer CHECK (captured_minor > 0),
        CONSTRAINT payments_provider_reference UNIQUE (provider, provider_reference)
      );
      CREATE INDEX payments_reference ON payments (reference);
      -- One payment at a time waits for its money.
      CREATE UNIQUE INDEX payments_one_pending ON payments (reference) WHERE state = 'PENDING';

      CREATE TABLE refunds (
        id uuid PRIMARY KEY,
        payment_id uuid NOT NULL REFERENCES payments (id),
        -- what is paid back: the same key never pays back twice
        reason_key text NOT NULL CONSTRAINT refunds_reason_key UNIQUE,
        amount_minor integer NOT NULL CHECK (amount_minor > 0),
        state text NOT NULL CHECK (state IN ('REQUESTED', 'SUCCEEDED')),
        provider_reference text,
        created_at timestamptz NOT NULL,
        settled_at timestamptz
      );
      CREATE INDEX refunds_payment ON refunds (payment_id);

      -- Every webhook event once: its row and its effect are one transaction.
      CREATE TABLE payment_webhooks (
        provider text NOT NULL,
        event_id text NOT NULL,
        type text NOT NULL,
        payload jsonb NOT NULL,
        received_at timestamptz NOT NULL,
        PRIMARY KEY (provider, event_id)
      );

      -- The sandbox gateway's own books: what it would keep on its own machine.
      CREATE TABLE sandbox_charges (
        id text PRIMARY KEY,
        description text NOT NULL,
        amount_minor integer NOT NULL CHECK (amount_minor > 0),
        currency text NOT NULL,
        state text NOT NULL CHECK (state IN ('OPEN', 'SUCCEEDED', 'DECLINED')),
        refunded_minor integer NOT NULL DEFAULT 0 CHECK (refunded_minor BETWEEN 0 AND amount_minor),
        created_at timestamptz NOT NULL
      );
      CREATE TABLE sandbox_refunds (
        idempotency_key text PRIMARY KEY,
        id text NOT NULL UNIQUE,
        charge_id text NOT NULL REFERENCES sandbox_charges (id),
        amount_minor integer NOT NULL CHECK (amount_minor > 0),
        created_at timestamptz NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE sandbox_refunds, sandbox_charges, payment_webhooks, refunds, payments;
    `);
  }
}
