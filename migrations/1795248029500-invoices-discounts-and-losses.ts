import type { MigrationInterface, QueryRunner } from 'typeorm';

const ACCOUNTS = `'PROVIDER', 'DEPOSITS', 'REFUNDS_DUE', 'SALES', 'FEES', 'TAX', 'CHARGEBACKS'`;
const KINDS = `'CAPTURE', 'SALE', 'RETURN', 'REFUND', 'SETTLEMENT', 'BOUNCE', 'CHARGEBACK', 'EXCHANGE'`;

export class InvoicesDiscountsAndLosses1795248029500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Discounts are seen in the journal, and what ends without money that goes back.
      ALTER TABLE journal_lines DROP CONSTRAINT journal_lines_account_check,
        ADD CONSTRAINT journal_lines_account_check CHECK (account IN (${ACCOUNTS}, 'DISCOUNTS'));
      ALTER TABLE journal_entries DROP CONSTRAINT journal_entries_kind_check,
        ADD CONSTRAINT journal_entries_kind_check CHECK (kind IN (${KINDS}, 'REVERSAL'));

      ALTER TABLE invoices
        -- A credit note for unused tickets whose money a bank took: what was booked for them.
        ADD COLUMN loss_id uuid CONSTRAINT invoices_loss UNIQUE REFERENCES journal_entries (id),
        DROP CONSTRAINT invoices_kind,
        ADD CONSTRAINT invoices_kind CHECK ((kind = 'CREDIT_NOTE') = (corrected_id IS NOT NULL)
          AND num_nonnulls(refund_id, exchange_id, loss_id) = CASE kind WHEN 'CREDIT_NOTE' THEN 1 ELSE 0 END);
    `);
  }

  /** Not possible any more when something was booked that did not exist before: the journal keeps what was written. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE journal_lines DROP CONSTRAINT journal_lines_account_check,
        ADD CONSTRAINT journal_lines_account_check CHECK (account IN (${ACCOUNTS}));
      ALTER TABLE journal_entries DROP CONSTRAINT journal_entries_kind_check,
        ADD CONSTRAINT journal_entries_kind_check CHECK (kind IN (${KINDS}));
      ALTER TABLE invoices
        DROP CONSTRAINT invoices_kind,
        DROP COLUMN loss_id,
        ADD CONSTRAINT invoices_kind CHECK ((kind = 'CREDIT_NOTE') = (corrected_id IS NOT NULL)
          AND num_nonnulls(refund_id, exchange_id) = CASE kind WHEN 'CREDIT_NOTE' THEN 1 ELSE 0 END);
    `);
  }
}
