import { newId } from '#kernel';
import type { Database } from '#platform';
import type { ImportContext } from './import-context.js';

interface Agency {
  line: number;
  externalId: string;
  name: string;
  timeZone: string;
  email: string | null;
  fareCurrency: string | null;
}

/** When neither the feed nor the caller nor an earlier import says one. */
const FALLBACK_CURRENCY = 'EUR';

/**
 * Makes an organization of every agency that runs a trip, or updates the one that an earlier import made, and keeps
 * them in `gtfs_organization`. What the organiser decides (slug, e-mail, refund terms) is left alone.
 * @param wantedCurrency for agencies whose fares do not tell
 * @returns the ids of the organizations
 */
export async function importAgencies(context: ImportContext, wantedCurrency?: string): Promise<string[]> {
  const { database } = context;
  await database.query(
    `CREATE TEMP TABLE gtfs_organization (agency_id text, id uuid, time_zone text, currency text, seat_map_id uuid) ON COMMIT DROP`,
  );
  const ids: string[] = [];
  for (const agency of await agenciesWithTrips(database, wantedCurrency ?? null)) {
    const { id, currency } = await importAgency(context, agency, wantedCurrency);
    await database.query(`INSERT INTO gtfs_organization (agency_id, id, time_zone, currency) VALUES ($1, $2, $3, $4)`, [
      agency.externalId,
      id,
      agency.timeZone,
      currency,
    ]);
    ids.push(id);
  }
  return ids;
}

/** A bookable has one currency: of several in the fares, the wanted one, else the most frequent. */
async function agenciesWithTrips(database: Database, wantedCurrency: string | null): Promise<Agency[]> {
  return await database.query<Agency>(
    `SELECT line, agency_id AS "externalId", agency_name AS name, agency_timezone AS "timeZone", agency_email AS email,
       (SELECT currency_type FROM gtfs_fare f WHERE coalesce(f.agency_id, a.agency_id) = a.agency_id
        GROUP BY currency_type ORDER BY currency_type IS NOT DISTINCT FROM $1 DESC, count(*) DESC, currency_type LIMIT 1) AS "fareCurrency"
     FROM gtfs_agency a
     WHERE EXISTS (SELECT FROM gtfs_route r JOIN gtfs_trip t USING (route_id) WHERE r.agency_id = a.agency_id)
     ORDER BY line`,
    [wantedCurrency],
  );
}

async function importAgency(
  { database, now, warn }: ImportContext,
  { externalId, name, timeZone, email, fareCurrency }: Agency,
  wantedCurrency?: string,
): Promise<{ id: string; currency: string }> {
  const [known] = await database.query<{ id: string; name: string; currency: string }>(
    `SELECT id, name, currency FROM organizations WHERE external_id = $1`,
    [externalId],
  );
  const currency = fareCurrency ?? wantedCurrency ?? known?.currency ?? FALLBACK_CURRENCY;
  if (fareCurrency && wantedCurrency && fareCurrency !== wantedCurrency) {
    warn(`${name}: the fares are in ${fareCurrency}, so prices are not in ${wantedCurrency}`);
  }
  if (known) {
    if (known.name !== name)
      warn(`${known.name} is now called ${name}: the feed has it under the same agency_id, ${externalId}`);
    await database.query(
      `UPDATE organizations SET name = $2, time_zone = $3, currency = $4
       WHERE id = $1 AND (name, time_zone, currency) IS DISTINCT FROM ($2, $3, $4)`,
      [known.id, name, timeZone, currency],
    );
    return { id: known.id, currency };
  }
  if (!fareCurrency && !wantedCurrency) warn(`${name}: the feed says no currency, prices are in ${currency}`);
  const id = newId();
  await database.query(
    `INSERT INTO organizations (id, name, slug, currency, time_zone, email, external_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, name, await freeSlug(database, name), currency, timeZone, email, externalId, now],
  );
  return { id, currency };
}

async function freeSlug(database: Database, name: string): Promise<string> {
  const wanted = slugOf(name);
  const taken = await database.query<{ slug: string }>(`SELECT slug FROM organizations WHERE slug LIKE $1 || '%'`, [
    wanted,
  ]);
  const slugs = new Set(taken.map(({ slug }) => slug));
  let slug = wanted;
  for (let number = 2; slugs.has(slug); number += 1) slug = `${wanted}-${number}`;
  return slug;
}

/** @example slugOf('Busbetrieb Grünwald & Söhne') // busbetrieb-grunwald-sohne */
export function slugOf(name: string): string {
  const letters = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase();
  const slug = letters
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  // A name without Latin letters.
  return slug || 'operator';
}
