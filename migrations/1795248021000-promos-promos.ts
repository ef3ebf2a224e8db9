import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PromosPromos1795248021000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A promo code, or a discount that is given by itself. Organizations, bookables, tiers and orders are known by their
      -- ids alone: they belong to libraries of the same row or above.
      CREATE TABLE promos (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL,
        -- what a passenger types, in capitals; null: given by itself
        code text CHECK (code ~ '^[A-Z0-9][A-Z0-9_-]{2,39}$'),
        name text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('PERCENT', 'FIXED', 'FIXED_PER_PLACE', 'N_FOR_M')),
        -- hundredths of a percent; 0 for a code that does nothing but unlock tiers
        percent_bps integer CHECK (percent_bps BETWEEN 0 AND 10000),
        amount_minor integer CHECK (amount_minor > 0),
        -- of every take_places only pay_places are paid
        take_places integer,
        pay_places integer CHECK (pay_places > 0),
        -- of amount, budget and minimum
        currency text CHECK (currency ~ '^[A-Z]{3}$'),
        active boolean NOT NULL DEFAULT true,
        starts_at timestamptz,
        ends_at timestamptz,
        most_uses integer CHECK (most_uses > 0),
        most_uses_per_customer integer CHECK (most_uses_per_customer > 0),
        most_places integer CHECK (most_places > 0),
        budget_minor bigint CHECK (budget_minor > 0),
        minimum_minor integer CHECK (minimum_minor > 0),
        minimum_places integer CHECK (minimum_places > 0),
        most_places_per_order integer CHECK (most_places_per_order > 0),
        audience text NOT NULL DEFAULT 'EVERYBODY' CHECK (audience IN ('EVERYBODY', 'ACCOUNTS', 'NEW_CUSTOMERS')),
        -- what is claimed at this moment: the rows of promo_uses and promo_shares, counted
        uses integer NOT NULL DEFAULT 0,
        places_used integer NOT NULL DEFAULT 0,
        budget_used_minor bigint NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        -- Codes are kept in capitals, so this is unique whatever a passenger types.
        CONSTRAINT promos_code UNIQUE (organization_id, code),
        CONSTRAINT promos_value CHECK (
          (kind = 'PERCENT') = (percent_bps IS NOT NULL)
          AND (kind IN ('FIXED', 'FIXED_PER_PLACE')) = (amount_minor IS NOT NULL)
          AND (kind = 'N_FOR_M') = (take_places IS NOT NULL)
          AND (kind = 'N_FOR_M') = (pay_places IS NOT NULL)
          AND take_places > pay_places),
        CONSTRAINT promos_currency CHECK (currency IS NOT NULL OR coalesce(amount_minor, budget_minor, minimum_minor) IS NULL),
        CONSTRAINT promos_window CHECK (ends_at > starts_at),
        CONSTRAINT promos_uses_within_limit CHECK (uses BETWEEN 0 AND coalesce(most_uses, 2147483647)),
        CONSTRAINT promos_places_within_limit CHECK (places_used BETWEEN 0 AND coalesce(most_places, 2147483647)),
        CONSTRAINT promos_within_budget CHECK (budget_used_minor BETWEEN 0 AND coalesce(budget_minor, 9223372036854775807))
      );
      CREATE INDEX promos_automatic ON promos (organization_id) WHERE code IS NULL AND active;

      -- What a promo is restricted to: nothing here means everything of the organization.
      CREATE TABLE promo_bookables (
        promo_id uuid NOT NULL REFERENCES promos (id) ON DELETE CASCADE,
        bookable_id uuid NOT NULL,
        PRIMARY KEY (promo_id, bookable_id)
      );
      CREATE TABLE promo_tiers (
        promo_id uuid NOT NULL REFERENCES promos (id) ON DELETE CASCADE,
        tier_id uuid NOT NULL,
        PRIMARY KEY (promo_id, tier_id)
      );

      -- Hidden tiers that the code unlocks.
      CREATE TABLE promo_unlocked_tiers (
        promo_id uuid NOT NULL REFERENCES promos (id) ON DELETE CASCADE,
        tier_id uuid NOT NULL,
        PRIMARY KEY (promo_id, tier_id)
      );

      -- A promo is used by an order once. places and amount_minor are what was claimed and never change.
      CREATE TABLE promo_uses (
        id uuid PRIMARY KEY,
        promo_id uuid NOT NULL REFERENCES promos (id),
        order_id uuid NOT NULL,
        -- an account's id, or the keyed hash of an e-mail address
        customer text NOT NULL,
        places integer NOT NULL CHECK (places > 0),
        amount_minor integer NOT NULL CHECK (amount_minor >= 0),
        state text NOT NULL CHECK (state IN ('CLAIMED', 'RETURNED')),
        claimed_at timestamptz NOT NULL,
        returned_at timestamptz,
        CONSTRAINT promo_uses_order UNIQUE (order_id, promo_id),
        CONSTRAINT promo_uses_returned CHECK ((state = 'RETURNED') = (returned_at IS NOT NULL))
      );
      CREATE INDEX promo_uses_promo ON promo_uses (promo_id);

      -- The part of a use that one place of the order has.
      CREATE TABLE promo_shares (
        use_id uuid NOT NULL REFERENCES promo_uses (id),
        line_item_id uuid NOT NULL,
        amount_minor integer NOT NULL CHECK (amount_minor >= 0),
        state text NOT NULL CHECK (state IN ('CLAIMED', 'RETURNED')),
        PRIMARY KEY (use_id, line_item_id)
      );

      -- How often a customer uses a promo at this moment: the limit for each is the condition of the upsert.
      CREATE TABLE promo_customers (
        promo_id uuid NOT NULL REFERENCES promos (id),
        customer text NOT NULL,
        uses integer NOT NULL CHECK (uses >= 0),
        PRIMARY KEY (promo_id, customer)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE promo_customers, promo_shares, promo_uses, promo_unlocked_tiers, promo_tiers, promo_bookables, promos;
    `);
  }
}
