import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CatalogueRevisions1795248009000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Raised by every change that matters to selling. A process that sells from what it remembers of the catalogue
      -- says which revision it saw, and the transaction that takes the seat compares.
      ALTER TABLE bookables ADD COLUMN revision bigint NOT NULL DEFAULT 0;

      CREATE FUNCTION bookables_revise() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.revision := OLD.revision + 1;
        RETURN NEW;
      END $$;
      CREATE TRIGGER bookables_revision BEFORE UPDATE OF seat_map_id, title, state, time_zone, starts_at, ends_at, currency, leg_count
        ON bookables FOR EACH ROW EXECUTE FUNCTION bookables_revise();

      -- Only of what has a reservation: before the first one nothing is remembered of a bookable.
      CREATE FUNCTION bookables_revise_tier() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE bookables SET revision = revision + 1 WHERE locked_at IS NOT NULL AND id = NEW.bookable_id;
        RETURN NULL;
      END $$;
      CREATE TRIGGER tiers_updated AFTER UPDATE OF name, position, price_minor, quantity, active, sale_starts_at, sale_ends_at,
        min_per_order, max_per_order, requires_approval, transferable
        ON tiers FOR EACH ROW EXECUTE FUNCTION bookables_revise_tier();

      -- An import writes thousands of rows: once a statement.
      CREATE FUNCTION bookables_revise_tiers() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE bookables SET revision = revision + 1 WHERE locked_at IS NOT NULL AND id IN (SELECT bookable_id FROM changed);
        RETURN NULL;
      END $$;
      CREATE TRIGGER tiers_inserted AFTER INSERT ON tiers REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION bookables_revise_tiers();
      CREATE TRIGGER tiers_deleted AFTER DELETE ON tiers REFERENCING OLD TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION bookables_revise_tiers();

      CREATE FUNCTION bookables_revise_calls() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE bookables SET revision = revision + 1 WHERE locked_at IS NOT NULL AND id IN (SELECT trip_id FROM changed);
        RETURN NULL;
      END $$;
      CREATE TRIGGER trip_calls_inserted AFTER INSERT ON trip_calls REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION bookables_revise_calls();
      CREATE TRIGGER trip_calls_updated AFTER UPDATE ON trip_calls REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION bookables_revise_calls();
      CREATE TRIGGER trip_calls_deleted AFTER DELETE ON trip_calls REFERENCING OLD TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION bookables_revise_calls();

      CREATE FUNCTION bookables_revise_fares() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE bookables SET revision = revision + 1 WHERE locked_at IS NOT NULL
          AND id IN (SELECT bookable_id FROM trips WHERE route_id IN (SELECT route_id FROM changed));
        RETURN NULL;
      END $$;
      CREATE TRIGGER fares_inserted AFTER INSERT ON fares REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION bookables_revise_fares();
      CREATE TRIGGER fares_updated AFTER UPDATE ON fares REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION bookables_revise_fares();
      CREATE TRIGGER fares_deleted AFTER DELETE ON fares REFERENCING OLD TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION bookables_revise_fares();

      ALTER TABLE organizations
        -- a passenger may extend a reservation so often, but it never lasts longer than the cap in all
        ADD COLUMN most_extensions integer NOT NULL DEFAULT 2 CHECK (most_extensions >= 0),
        ADD COLUMN hold_cap_minutes integer NOT NULL DEFAULT 60 CHECK (hold_cap_minutes BETWEEN 1 AND 1440),
        -- of one bookable: open reservations of an account and of an address, places of an account or reservation
        ADD COLUMN most_open_reservations integer NOT NULL DEFAULT 5 CHECK (most_open_reservations > 0),
        ADD COLUMN most_open_per_address integer NOT NULL DEFAULT 20 CHECK (most_open_per_address > 0),
        ADD COLUMN most_places integer NOT NULL DEFAULT 50 CHECK (most_places > 0);

      CREATE FUNCTION bookables_revise_organization() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE bookables SET revision = revision + 1 WHERE locked_at IS NOT NULL AND organization_id = NEW.id;
        RETURN NULL;
      END $$;
      CREATE TRIGGER organizations_revision AFTER UPDATE OF hold_minutes, most_extensions, hold_cap_minutes, most_open_reservations,
        most_open_per_address, most_places
        ON organizations FOR EACH ROW EXECUTE FUNCTION bookables_revise_organization();

      -- Places of a tier with a quantity that are held or sold, counted by the inventory.
      ALTER TABLE tiers ADD COLUMN taken integer NOT NULL DEFAULT 0,
        ADD CONSTRAINT tiers_taken_within_quantity CHECK (taken >= 0 AND (quantity IS NULL OR taken <= quantity));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE tiers DROP CONSTRAINT tiers_taken_within_quantity, DROP COLUMN taken;
      DROP TRIGGER organizations_revision ON organizations;
      ALTER TABLE organizations DROP COLUMN most_extensions, DROP COLUMN hold_cap_minutes, DROP COLUMN most_open_reservations,
        DROP COLUMN most_open_per_address, DROP COLUMN most_places;
      DROP TRIGGER fares_inserted ON fares;
      DROP TRIGGER fares_updated ON fares;
      DROP TRIGGER fares_deleted ON fares;
      DROP TRIGGER trip_calls_inserted ON trip_calls;
      DROP TRIGGER trip_calls_updated ON trip_calls;
      DROP TRIGGER trip_calls_deleted ON trip_calls;
      DROP TRIGGER tiers_updated ON tiers;
      DROP TRIGGER tiers_inserted ON tiers;
      DROP TRIGGER tiers_deleted ON tiers;
      DROP TRIGGER bookables_revision ON bookables;
      DROP FUNCTION bookables_revise, bookables_revise_tier, bookables_revise_tiers, bookables_revise_calls, bookables_revise_fares, bookables_revise_organization;
      ALTER TABLE bookables DROP COLUMN revision;
    `);
  }
}
