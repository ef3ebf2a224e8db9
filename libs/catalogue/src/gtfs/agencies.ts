import { newId } from '#kernel';
import type { Database } from '#platform';

/** What the feed does not say. */
export interface AgencyDefaults {
  /** For agencies whose fares do not tell. */
  currency?: string;
  now: Date;
}

interface Agency {
  line: number;
  externalId: string;
  name: string;
  timeZone: string;
  email: string | null;
  fareCurrency: string | null;
}

/** What is used when neither the feed nor the caller nor an earlier import says a currency. */
const FALLBACK_CURRENCY = 'EUR';

/**
 * Makes an organization of every agency that runs a trip, or updates the one that an earlier import made, and keeps
 * them in `gtfs_organization`. The organiser's own settings (slug, e-mail, refund terms) are left alone.
 */
export async function importAgencies(database: Database, defaults: AgencyDefaults, warn: (text: string) => void): Promise<string[]> {
  await database.query(
    `CREATE TEMP TABLE gtfs_organization (agency_line int, agency_id text, id uuid, time_zone text, currency text, seat_map_id uuid)
     ON COMMIT DROP`,
  );
  const ids: string[] = [];
  for (const agency of await agenciesWithTrips(database, defaults.currency)) {
    const { id, currency } = await importAgency(database, agency, defaults, warn);
    await database.query(
      `INSERT INTO gtfs_organization (agency_line, agency_id, id, time_zone, currency) VALUES ($1, $2, $3, $4, $5)`,
      [agency.line, agency.externalId, id, agency.timeZone, currency],
    );
    ids.push(id);
  }
  return ids;
}
