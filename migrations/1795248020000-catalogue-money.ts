import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CatalogueMoney1795248020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(OWN_RATES);
    await runner.query(REVISIONS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER tiers_updated ON tiers;
      CREATE TRIGGER tiers_updated AFTER UPDATE OF name, position, price_minor, quantity, active, sale_starts_at, sale_ends_at,
        min_per_order, max_per_order, requires_approval, transferable
        ON tiers FOR EACH ROW EXECUTE FUNCTION bookables_revise_tier();
      DROP TRIGGER organizations_revision ON organizations;
      CREATE TRIGGER organizations_revision AFTER UPDATE OF hold_minutes, most_extensions, hold_cap_minutes, most_open_reservations,
        most_open_per_address, most_places
        ON organizations FOR EACH ROW EXECUTE FUNCTION bookables_revise_organization();
      DROP TRIGGER tiers_own_tax_rate ON tiers;
      ALTER TABLE tiers DROP COLUMN tax_rate_id, DROP COLUMN hidden,
        DROP CONSTRAINT tiers_position, ADD CONSTRAINT tiers_position UNIQUE (bookable_id, position);
      DROP TABLE tax_rates;
      DROP FUNCTION tax_rates_stay, tiers_own_tax_rate, bookables_revise_tax_rate;
      ALTER TABLE organizations DROP COLUMN country, DROP COLUMN tax_inclusive, DROP COLUMN fee_minor, DROP COLUMN fee_bps,
        DROP COLUMN fee_refundable, DROP COLUMN legal_name, DROP COLUMN address, DROP COLUMN tax_number, DROP COLUMN approval_hours;
    `);
  }
}

const TABLES = `
  CREATE TABLE tax_rates (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    -- ISO 3166 alpha-2
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    name text NOT NULL CHECK (name <> ''),
    -- 2000 are 20 %
    rate_bps integer NOT NULL CHECK (rate_bps BETWEEN 0 AND 10000),
    -- UNTDID 5305: standard or reduced, zero, exempt
    category text NOT NULL CHECK (category IN ('S', 'Z', 'E')),
    active boolean NOT NULL DEFAULT true,
    is_default boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    -- EN 16931, BR-S-5, BR-Z-5 and BR-E-5
    CONSTRAINT tax_rates_category CHECK ((category = 'S') = (rate_bps > 0))
  );
  CREATE INDEX tax_rates_organization ON tax_rates (organization_id);
  -- For tiers that name no rate.
  CREATE UNIQUE INDEX tax_rates_one_default ON tax_rates (organization_id, country) WHERE active AND is_default;

  -- Whoever has paid it was told so much: another rate is another row.
  CREATE FUNCTION tax_rates_stay() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'the rate of tax rate % stays what it was', OLD.id
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tax_rates_stay', TABLE = 'tax_rates';
  END $$;
  CREATE TRIGGER tax_rates_stay BEFORE UPDATE OF organization_id, country, rate_bps, category ON tax_rates FOR EACH ROW
    WHEN ((OLD.organization_id, OLD.country, OLD.rate_bps, OLD.category)
      IS DISTINCT FROM (NEW.organization_id, NEW.country, NEW.rate_bps, NEW.category))
    EXECUTE FUNCTION tax_rates_stay();

  ALTER TABLE organizations
    -- where it is taxed; ISO 3166 alpha-2
    ADD COLUMN country text CHECK (country ~ '^[A-Z]{2}$'),
    -- prices contain the tax
    ADD COLUMN tax_inclusive boolean NOT NULL DEFAULT true,
    -- for each place, and of its price after discount
    ADD COLUMN fee_minor integer NOT NULL DEFAULT 0 CHECK (fee_minor >= 0),
    ADD COLUMN fee_bps integer NOT NULL DEFAULT 0 CHECK (fee_bps BETWEEN 0 AND 10000),
    ADD COLUMN fee_refundable boolean NOT NULL DEFAULT false,
    -- for invoices
    ADD COLUMN legal_name text,
    ADD COLUMN address text,
    ADD COLUMN tax_number text,
    ADD COLUMN approval_hours integer NOT NULL DEFAULT 24 CHECK (approval_hours BETWEEN 1 AND 720);

  ALTER TABLE tiers
    ADD COLUMN tax_rate_id uuid REFERENCES tax_rates (id),
    -- only with a promo code that unlocks it
    ADD COLUMN hidden boolean NOT NULL DEFAULT false,
    -- Checked at the end of a statement: one that moves a tier moves others.
    DROP CONSTRAINT tiers_position,
    ADD CONSTRAINT tiers_position UNIQUE (bookable_id, position) DEFERRABLE INITIALLY IMMEDIATE;`;

const OWN_RATES = `
  CREATE FUNCTION tiers_own_tax_rate() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NOT EXISTS (SELECT FROM tax_rates r JOIN bookables b ON b.organization_id = r.organization_id
                   WHERE r.id = NEW.tax_rate_id AND b.id = NEW.bookable_id) THEN
      RAISE EXCEPTION 'tax rate % is not of the organization of tier %', NEW.tax_rate_id, NEW.id
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'tiers_own_tax_rate', TABLE = 'tiers';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER tiers_own_tax_rate BEFORE INSERT OR UPDATE OF tax_rate_id ON tiers FOR EACH ROW
    WHEN (NEW.tax_rate_id IS NOT NULL) EXECUTE FUNCTION tiers_own_tax_rate();`;

/** Whatever a price, a fee or a tax depends on raises the revision. */
const REVISIONS = `
  DROP TRIGGER tiers_updated ON tiers;
  CREATE TRIGGER tiers_updated AFTER UPDATE OF name, position, price_minor, quantity, active, sale_starts_at, sale_ends_at,
    min_per_order, max_per_order, requires_approval, transferable, tax_rate_id, hidden
    ON tiers FOR EACH ROW EXECUTE FUNCTION bookables_revise_tier();

  DROP TRIGGER organizations_revision ON organizations;
  CREATE TRIGGER organizations_revision AFTER UPDATE OF hold_minutes, most_extensions, hold_cap_minutes, most_open_reservations,
    most_open_per_address, most_places, refund_full_until_hours, refund_partial_until_hours, refund_partial_percent,
    country, tax_inclusive, fee_minor, fee_bps, fee_refundable, approval_hours
    ON organizations FOR EACH ROW EXECUTE FUNCTION bookables_revise_organization();

  CREATE FUNCTION bookables_revise_tax_rate() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE bookables SET revision = revision + 1 WHERE locked_at IS NOT NULL AND organization_id = NEW.organization_id;
    RETURN NULL;
  END $$;
  CREATE TRIGGER tax_rates_inserted AFTER INSERT ON tax_rates FOR EACH ROW EXECUTE FUNCTION bookables_revise_tax_rate();
  CREATE TRIGGER tax_rates_updated AFTER UPDATE OF name, active, is_default ON tax_rates
    FOR EACH ROW EXECUTE FUNCTION bookables_revise_tax_rate();`;
