import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CatalogueBookables1795248003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE organizations (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        slug text NOT NULL CONSTRAINT organizations_slug_key UNIQUE,
        currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        time_zone text NOT NULL,
        email text,
        -- agency_id of the GTFS feed that it came from
        external_id text CONSTRAINT organizations_external_id_key UNIQUE,
        hold_minutes integer NOT NULL DEFAULT 15 CHECK (hold_minutes BETWEEN 1 AND 1440),
        -- tickets are valid at the door so long before the passenger's departure
        boarding_opens_hours integer NOT NULL DEFAULT 24 CHECK (boarding_opens_hours BETWEEN 1 AND 8784),
        refund_full_until_hours integer NOT NULL DEFAULT 24 CHECK (refund_full_until_hours >= refund_partial_until_hours),
        refund_partial_until_hours integer NOT NULL DEFAULT 2 CHECK (refund_partial_until_hours >= 0),
        refund_partial_percent integer NOT NULL DEFAULT 50 CHECK (refund_partial_percent BETWEEN 0 AND 100),
        created_at timestamptz NOT NULL
      );

      -- A version of a layout. A published bookable keeps the version that it was sold on.
      CREATE TABLE seat_maps (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES organizations (id),
        name text NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        created_at timestamptz NOT NULL,
        CONSTRAINT seat_maps_version UNIQUE (organization_id, name, version)
      );

      CREATE TABLE seats (
        id uuid PRIMARY KEY,
        seat_map_id uuid NOT NULL REFERENCES seat_maps (id) ON DELETE CASCADE,
        -- 0, 1, 2, ... within the map: the place of the seat in compact states
        ordinal integer NOT NULL CHECK (ordinal >= 0),
        label text NOT NULL,
        row_number integer NOT NULL,
        column_number integer NOT NULL,
        position text NOT NULL CHECK (position IN ('WINDOW', 'AISLE', 'MIDDLE')),
        category text NOT NULL,
        accessible boolean NOT NULL DEFAULT false,
        CONSTRAINT seats_ordinal UNIQUE (seat_map_id, ordinal),
        CONSTRAINT seats_label UNIQUE (seat_map_id, label)
      );

      CREATE TABLE areas (
        id uuid PRIMARY KEY,
        seat_map_id uuid NOT NULL REFERENCES seat_maps (id) ON DELETE CASCADE,
        name text NOT NULL,
        capacity integer NOT NULL CHECK (capacity > 0),
        CONSTRAINT areas_name UNIQUE (seat_map_id, name)
      );

      CREATE TABLE stops (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES organizations (id),
        external_id text,
        name text NOT NULL,
        latitude double precision,
        longitude double precision,
        time_zone text NOT NULL,
        CONSTRAINT stops_external_id UNIQUE (organization_id, external_id)
      );

      CREATE TABLE routes (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES organizations (id),
        external_id text,
        short_name text NOT NULL,
        long_name text NOT NULL,
        CONSTRAINT routes_external_id UNIQUE (organization_id, external_id)
      );

      -- What a place costs between two stops of a route, for tiers without a price of their own.
      CREATE TABLE fares (
        route_id uuid NOT NULL REFERENCES routes (id) ON DELETE CASCADE,
        origin_stop_id uuid NOT NULL REFERENCES stops (id),
        destination_stop_id uuid NOT NULL REFERENCES stops (id),
        price_minor integer NOT NULL CHECK (price_minor >= 0),
        currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        PRIMARY KEY (route_id, origin_stop_id, destination_stop_id)
      );

      CREATE TABLE venues (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES organizations (id),
        name text NOT NULL,
        address text NOT NULL,
        time_zone text NOT NULL
      );

      -- What a Trip and an Event share.
      CREATE TABLE bookables (
        id uuid PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('TRIP', 'EVENT')),
        organization_id uuid NOT NULL REFERENCES organizations (id),
        seat_map_id uuid NOT NULL REFERENCES seat_maps (id),
        title text NOT NULL,
        state text NOT NULL CHECK (state IN ('DRAFT', 'PUBLISHED', 'CANCELLED', 'COMPLETED')),
        time_zone text NOT NULL,
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
        currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        leg_count integer NOT NULL CHECK (leg_count BETWEEN 1 AND 1000),
        -- set by the first reservation: from then on an import leaves the bookable as it was sold
        locked_at timestamptz,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX bookables_upcoming ON bookables (starts_at) WHERE state = 'PUBLISHED';
      CREATE INDEX bookables_organization ON bookables (organization_id, starts_at);

      CREATE TABLE trips (
        bookable_id uuid PRIMARY KEY REFERENCES bookables (id) ON DELETE CASCADE,
        organization_id uuid NOT NULL REFERENCES organizations (id),
        route_id uuid NOT NULL REFERENCES routes (id),
        external_id text,
        service_date date NOT NULL,
        headsign text NOT NULL,
        -- set by an import whose feed no longer has the trip: it is CANCELLED until it comes back
        withdrawn_at timestamptz,
        CONSTRAINT trips_external_id UNIQUE (organization_id, external_id, service_date)
      );

      -- Leg i lies between the calls at positions i and i + 1.
      CREATE TABLE trip_calls (
        trip_id uuid NOT NULL REFERENCES trips (bookable_id) ON DELETE CASCADE,
        position integer NOT NULL CHECK (position >= 0),
        stop_id uuid NOT NULL REFERENCES stops (id),
        arrives_at timestamptz NOT NULL,
        departs_at timestamptz NOT NULL CHECK (departs_at >= arrives_at),
        pick_up boolean NOT NULL DEFAULT true,
        drop_off boolean NOT NULL DEFAULT true,
        PRIMARY KEY (trip_id, position)
      );
      CREATE INDEX trip_calls_stop ON trip_calls (stop_id, departs_at);

      CREATE TABLE events (
        bookable_id uuid PRIMARY KEY REFERENCES bookables (id) ON DELETE CASCADE,
        venue_id uuid NOT NULL REFERENCES venues (id),
        description text NOT NULL DEFAULT '',
        category text NOT NULL,
        picture_url text
      );

      CREATE TABLE tiers (
        id uuid PRIMARY KEY,
        bookable_id uuid NOT NULL REFERENCES bookables (id) ON DELETE CASCADE,
        name text NOT NULL,
        position integer NOT NULL,
        -- null: the fare of the route between the two stops
        price_minor integer CHECK (price_minor >= 0),
        quantity integer CHECK (quantity > 0),
        active boolean NOT NULL DEFAULT true,
        sale_starts_at timestamptz,
        sale_ends_at timestamptz,
        min_per_order integer NOT NULL DEFAULT 1 CHECK (min_per_order > 0),
        max_per_order integer NOT NULL DEFAULT 10 CHECK (max_per_order >= min_per_order),
        requires_approval boolean NOT NULL DEFAULT false,
        transferable boolean NOT NULL DEFAULT true,
        CONSTRAINT tiers_position UNIQUE (bookable_id, position),
        CONSTRAINT tiers_name UNIQUE (bookable_id, name)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE tiers, events, trip_calls, trips, bookables, venues, fares, routes, stops, areas, seats, seat_maps, organizations;
    `);
  }
}
