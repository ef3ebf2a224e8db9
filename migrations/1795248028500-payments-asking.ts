import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What no webhook tells is found out by asking, also of payments and refunds that seemed to have come to their end. */
export class PaymentsAsking1795248028500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments
        -- the gravest that was told of a dispute, perhaps before the money was
        ADD COLUMN dispute text CHECK (dispute IN ('OPEN', 'WON', 'LOST')),
        -- what the payer's bank has taken for good, by the provider's word
        ADD COLUMN lost_minor integer NOT NULL DEFAULT 0 CHECK (lost_minor >= 0),
        -- when the provider is asked about a payment that is not PENDING; NULL: nobody needs to ask any more
        ADD COLUMN next_ask_at timestamptz;
      UPDATE payments p SET dispute = CASE WHEN w.is_lost THEN 'LOST' WHEN w.is_won THEN 'WON' ELSE 'OPEN' END
        FROM (SELECT payment_id, bool_or(type = 'dispute-lost') AS is_lost, bool_or(type = 'dispute-won') AS is_won
              FROM payment_webhooks WHERE type LIKE 'dispute%' GROUP BY 1) w
        WHERE w.payment_id = p.id;
      UPDATE payments p SET lost_minor = j.lost
        FROM (SELECT e.payment_id, sum(l.debit_minor)::integer AS lost FROM journal_entries e JOIN journal_lines l ON l.entry_id = e.id
              WHERE e.kind = 'CHARGEBACK' AND l.account = 'CHARGEBACKS' GROUP BY 1) j
        WHERE j.payment_id = p.id AND p.state = 'CHARGED_BACK';
      UPDATE payments SET next_ask_at = now() WHERE state = 'DISPUTED' OR state <> 'PENDING' AND created_at > now() - interval '120 days';
      ALTER TABLE payments
        ADD CONSTRAINT payments_lost CHECK ((lost_minor = 0 AND state <> 'CHARGED_BACK') OR dispute IS NOT DISTINCT FROM 'LOST');
      CREATE INDEX payments_to_ask ON payments (next_ask_at) WHERE next_ask_at IS NOT NULL;
      DROP INDEX payment_webhooks_disputes;

      -- the same of refunds that have arrived: a bank may send them back
      ALTER TABLE refunds ADD COLUMN next_ask_at timestamptz;
      UPDATE refunds SET next_ask_at = now()
        WHERE state = 'SUCCEEDED' AND provider_reference IS NOT NULL AND settled_at > now() - interval '30 days';
      CREATE INDEX refunds_to_ask ON refunds (next_ask_at) WHERE next_ask_at IS NOT NULL;

      -- what the payer's bank took when the dispute began, and then when it was decided
      ALTER TABLE sandbox_charges ADD COLUMN disputed_minor integer NOT NULL DEFAULT 0 CHECK (disputed_minor >= 0);
      UPDATE sandbox_charges SET disputed_minor = captured_minor - refunded_minor WHERE dispute IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sandbox_charges DROP COLUMN disputed_minor;
      ALTER TABLE refunds DROP COLUMN next_ask_at;
      CREATE INDEX payment_webhooks_disputes ON payment_webhooks (payment_id) WHERE type LIKE 'dispute%';
      ALTER TABLE payments DROP COLUMN next_ask_at, DROP COLUMN lost_minor, DROP COLUMN dispute;
    `);
  }
}
