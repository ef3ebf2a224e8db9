import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ReservationsQuotes1795248024000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders
        DROP CONSTRAINT orders_state_check,
        ADD CONSTRAINT orders_state_check
          CHECK (state IN ('AWAITING_APPROVAL', 'PENDING', 'PAID', 'EXPIRED', 'REFUNDED', 'CANCELLED', 'CHARGED_BACK')),
        ADD COLUMN tax_included boolean NOT NULL DEFAULT true,
        -- as they were when the passenger agreed
        ADD COLUMN refund_terms jsonb,
        ADD COLUMN promo_code text;
      UPDATE orders o SET refund_terms = jsonb_build_object('fullUntilHours', g.refund_full_until_hours,
          'partialUntilHours', g.refund_partial_until_hours, 'partialPercent', g.refund_partial_percent, 'feeRefundable', g.fee_refundable)
        FROM organizations g WHERE g.id = o.organization_id;
      ALTER TABLE orders ALTER COLUMN refund_terms SET NOT NULL;
      CREATE TRIGGER orders_moves BEFORE UPDATE OF state ON orders FOR EACH ROW EXECUTE FUNCTION refuse_other_moves(
        'AWAITING_APPROVAL>PENDING', 'AWAITING_APPROVAL>EXPIRED', 'AWAITING_APPROVAL>CANCELLED',
        'PENDING>PAID', 'PENDING>EXPIRED', 'PENDING>CANCELLED', 'PENDING>REFUNDED',
        'EXPIRED>PAID', 'EXPIRED>REFUNDED', 'CANCELLED>REFUNDED', 'PAID>CHARGED_BACK');
      CREATE TRIGGER tickets_moves BEFORE UPDATE OF state ON tickets FOR EACH ROW EXECUTE FUNCTION refuse_other_moves(
        'RESERVED>PAID', 'RESERVED>EXPIRED', 'RESERVED>CANCELLED', 'PAID>USED', 'PAID>CANCELLED', 'EXPIRED>PAID', 'CANCELLED>REFUNDED');

      ALTER TABLE line_items
        DROP CONSTRAINT line_items_check1,
        ADD COLUMN tax_included boolean NOT NULL DEFAULT true,
        -- the rate as it was: id, name, rateBps, category
        ADD COLUMN tax jsonb,
        ADD CONSTRAINT line_items_total CHECK (
          total_minor = price_minor - discount_minor + fee_minor + CASE WHEN tax_included THEN 0 ELSE tax_minor END),
        ADD CONSTRAINT line_items_tax CHECK (tax_minor <= total_minor);

      -- What a passenger was told that a reservation costs. It holds until the reservation ends.
      CREATE TABLE quotes (
        id uuid PRIMARY KEY,
        reservation_id uuid NOT NULL REFERENCES reservations (id),
        -- of the places, so that a change is seen
        places_hash text NOT NULL,
        promo_code text,
        currency text NOT NULL,
        tax_included boolean NOT NULL,
        refund_terms jsonb NOT NULL,
        lines jsonb NOT NULL,
        discounts jsonb NOT NULL,
        total_minor integer NOT NULL CHECK (total_minor >= 0),
        created_at timestamptz NOT NULL
      );
      CREATE INDEX quotes_reservation ON quotes (reservation_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE quotes;
      ALTER TABLE line_items DROP CONSTRAINT line_items_tax, DROP CONSTRAINT line_items_total, DROP COLUMN tax, DROP COLUMN tax_included,
        ADD CONSTRAINT line_items_check1 CHECK (total_minor = price_minor - discount_minor + tax_minor + fee_minor);
      DROP TRIGGER tickets_moves ON tickets;
      DROP TRIGGER orders_moves ON orders;
      ALTER TABLE orders DROP COLUMN promo_code, DROP COLUMN refund_terms, DROP COLUMN tax_included,
        DROP CONSTRAINT orders_state_check,
        ADD CONSTRAINT orders_state_check CHECK (state IN ('PENDING', 'PAID', 'EXPIRED', 'REFUNDED', 'CANCELLED'));
    `);
  }
}
