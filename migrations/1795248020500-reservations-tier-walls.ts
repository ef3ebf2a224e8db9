import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ReservationsTierWalls1795248020500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Which orders have a tier. Deleting one asks it too, for the foreign key.
      CREATE INDEX line_items_tier ON line_items (tier_id);

      -- The reservations of a bookable that are paid. An expression, so that no other statement may choose it.
      CREATE INDEX reservations_sold ON reservations ((CASE WHEN state = 'CONVERTED' THEN bookable_id END))
        WHERE (CASE WHEN state = 'CONVERTED' THEN bookable_id END) IS NOT NULL;

      -- Places of a tier that are held, also by holds whose end nobody has recorded yet, and sold.
      CREATE FUNCTION places_of_tier(bookable uuid, tier uuid, OUT held integer, OUT sold integer) LANGUAGE sql STABLE AS $$
        SELECT
          (SELECT count(*)::integer FROM reservations r CROSS JOIN LATERAL unnest(r.tier_ids) AS p (tier_id)
           WHERE r.bookable_id = bookable AND r.state = 'ACTIVE' AND p.tier_id = tier),
          (SELECT count(*)::integer FROM reservations r CROSS JOIN LATERAL unnest(r.tier_ids) AS p (tier_id)
           WHERE (CASE WHEN r.state = 'CONVERTED' THEN r.bookable_id END) = bookable AND p.tier_id = tier)
      $$;

      -- What passengers have bought stays what it was. The rows that are locked order this with everything that holds,
      -- sells or frees places of the bookable: what is counted after it is what is committed, and nothing is added
      -- before we commit. Who changes a tier locks both first, in this order; then there is nothing to wait for here.
      CREATE FUNCTION tiers_wall() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        opened timestamptz;
        places record;
      BEGIN
        SELECT locked_at INTO opened FROM bookables WHERE id = OLD.bookable_id FOR NO KEY UPDATE;
        -- Never reserved, so there is nothing to look at.
        IF opened IS NULL THEN
          RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END IF;
        PERFORM FROM inventories WHERE bookable_id = OLD.bookable_id FOR NO KEY UPDATE;
        IF TG_OP = 'DELETE' THEN
          IF EXISTS (SELECT FROM line_items WHERE tier_id = OLD.id) THEN
            RAISE EXCEPTION 'tier % has been ordered', OLD.id
              USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tiers_sold_stays', TABLE = 'tiers';
          END IF;
          SELECT * INTO places FROM places_of_tier(OLD.bookable_id, OLD.id);
          IF places.held + places.sold > 0 THEN
            RAISE EXCEPTION 'tier % is held', OLD.id
              USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tiers_held_stays', TABLE = 'tiers';
          END IF;
          RETURN OLD;
        END IF;
        IF NEW.price_minor IS DISTINCT FROM OLD.price_minor AND EXISTS (
            SELECT FROM line_items l JOIN orders o ON o.id = l.order_id WHERE l.tier_id = OLD.id AND o.paid_at IS NOT NULL) THEN
          RAISE EXCEPTION 'tier % has been sold at %', OLD.id, OLD.price_minor
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tiers_price_stays', TABLE = 'tiers';
        END IF;
        IF NEW.quantity IS DISTINCT FROM OLD.quantity THEN
          -- Counted only while there is a quantity: with the first one all that was not counted before.
          IF NEW.quantity IS NULL THEN
            NEW.taken := 0;
          ELSIF OLD.quantity IS NULL THEN
            SELECT * INTO places FROM places_of_tier(OLD.bookable_id, OLD.id);
            NEW.taken := places.held + places.sold;
          END IF;
          IF NEW.taken > NEW.quantity THEN
            RAISE EXCEPTION '% places of tier % are taken', NEW.taken, OLD.id
              USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tiers_quantity_covers', TABLE = 'tiers', DETAIL = NEW.taken::text;
          END IF;
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER tiers_wall_updated BEFORE UPDATE OF price_minor, quantity ON tiers FOR EACH ROW
        WHEN ((OLD.price_minor, OLD.quantity) IS DISTINCT FROM (NEW.price_minor, NEW.quantity)) EXECUTE FUNCTION tiers_wall();
      CREATE TRIGGER tiers_wall_deleted BEFORE DELETE ON tiers FOR EACH ROW EXECUTE FUNCTION tiers_wall();

      -- A tier of one trip is not made another's.
      CREATE FUNCTION tiers_stay() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'tier % stays with its bookable', OLD.id
          USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tiers_stay', TABLE = 'tiers';
      END $$;
      CREATE TRIGGER tiers_stay BEFORE UPDATE OF bookable_id ON tiers FOR EACH ROW
        WHEN (OLD.bookable_id <> NEW.bookable_id) EXECUTE FUNCTION tiers_stay();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER tiers_wall_updated ON tiers;
      DROP TRIGGER tiers_wall_deleted ON tiers;
      DROP TRIGGER tiers_stay ON tiers;
      DROP FUNCTION tiers_wall, tiers_stay, places_of_tier;
      DROP INDEX reservations_sold, line_items_tier;
    `);
  }
}
