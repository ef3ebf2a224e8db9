import type { MigrationInterface, QueryRunner } from 'typeorm';

export class InvoicesInvoices1795248025500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The last number of each series. Whoever takes the next one holds the row until his invoice is there, or neither is.
      CREATE TABLE invoice_counters (
        organization_id uuid NOT NULL REFERENCES organizations (id),
        kind text NOT NULL CHECK (kind IN ('INVOICE', 'CREDIT_NOTE')),
        last_number integer NOT NULL CHECK (last_number > 0),
        PRIMARY KEY (organization_id, kind)
      );

      -- Invoices and credit notes, with everything as it was when they were issued.
      CREATE TABLE invoices (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES organizations (id),
        kind text NOT NULL CHECK (kind IN ('INVOICE', 'CREDIT_NOTE')),
        number integer NOT NULL CHECK (number > 0),
        order_id uuid NOT NULL REFERENCES orders (id),
        -- what a credit note corrects, and why
        corrected_id uuid REFERENCES invoices (id),
        refund_id uuid CONSTRAINT invoices_refund UNIQUE REFERENCES refunds (id),
        exchange_id uuid CONSTRAINT invoices_exchange UNIQUE REFERENCES orders (id),
        issued_at timestamptz NOT NULL,
        currency text NOT NULL,
        net_minor integer NOT NULL CHECK (net_minor >= 0),
        tax_minor integer NOT NULL CHECK (tax_minor >= 0),
        total_minor integer NOT NULL CHECK (total_minor > 0),
        -- as it was: who sells, who buys, what it is about, what was bought, sums by rate of tax
        seller jsonb NOT NULL,
        buyer jsonb NOT NULL,
        subject jsonb NOT NULL,
        lines jsonb NOT NULL,
        taxes jsonb NOT NULL,
        CONSTRAINT invoices_number UNIQUE (organization_id, kind, number),
        CONSTRAINT invoices_total CHECK (total_minor = net_minor + tax_minor),
        CONSTRAINT invoices_kind CHECK ((kind = 'CREDIT_NOTE') = (corrected_id IS NOT NULL)
          AND num_nonnulls(refund_id, exchange_id) = CASE kind WHEN 'CREDIT_NOTE' THEN 1 ELSE 0 END)
      );
      CREATE UNIQUE INDEX invoices_order ON invoices (order_id) WHERE kind = 'INVOICE';
      CREATE INDEX invoices_credit_notes ON invoices (order_id) WHERE kind = 'CREDIT_NOTE';
      CREATE INDEX invoices_issued ON invoices (organization_id, issued_at, id);

      -- The wall: after no number but the one before it.
      CREATE FUNCTION invoices_without_gaps() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.number > 1 AND NOT EXISTS (
          SELECT FROM invoices WHERE organization_id = NEW.organization_id AND kind = NEW.kind AND number = NEW.number - 1)
        THEN
          RAISE EXCEPTION '% % of organization % comes after a gap', NEW.kind, NEW.number, NEW.organization_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoices_without_gaps', TABLE = 'invoices';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER invoices_without_gaps BEFORE INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION invoices_without_gaps();
      CREATE TRIGGER invoices_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON invoices EXECUTE FUNCTION refuse_rewriting();

      -- Which files of an invoice are in the storage.
      CREATE TABLE invoice_documents (
        invoice_id uuid NOT NULL REFERENCES invoices (id),
        format text NOT NULL CHECK (format IN ('PDF', 'RECEIPT', 'UBL')),
        key text NOT NULL,
        PRIMARY KEY (invoice_id, format)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE invoice_documents, invoices, invoice_counters;
      DROP FUNCTION invoices_without_gaps;
    `);
  }
}
