import { quoted, refuseFaults } from './faults.js';
import { currencyDecimals } from './reading/fields.js';
import type { ImportContext } from './import-context.js';
import { counted } from './import-summary.js';

/**
 * Makes `gtfs_price`: the fares of the feed in minor units of their currency, without those that hang on the zones
 * passed on the way (`contains_id`), which a fare between two stops cannot say.
 * @throws GtfsError for a price beyond what the database keeps
 */
export async function stagePrices({ database, warn }: ImportContext): Promise<void> {
  const currencies = await database.query<{ code: string }>(`SELECT DISTINCT currency_type AS code FROM gtfs_fare`);
  await database.query(
    `CREATE TEMP TABLE gtfs_price (fare_id text, agency_id text, payment_method int, currency text, price_minor int) ON COMMIT DROP`,
  );
  await database.query(`CREATE TEMP TABLE gtfs_currency (code text, decimals int) ON COMMIT DROP`);
  await database.query(`INSERT INTO gtfs_currency SELECT * FROM unnest($1::text[], $2::int[])`, [
    currencies.map(({ code }) => code),
    currencies.map(({ code }) => currencyDecimals(code)),
  ]);
  await refuseFaults(database, [
    {
      file: 'fare_attributes.txt',
      sql: `SELECT line, 'price ' || ${quoted('price::text')} || ' is too high' AS reason
            FROM gtfs_fare JOIN gtfs_currency ON code = currency_type WHERE round(price * 10 ^ decimals) > 2147483647`,
    },
  ]);
  await database.query(
    `INSERT INTO gtfs_price
     SELECT fare_id, agency_id, payment_method, code, round(price * 10 ^ decimals)
     FROM gtfs_fare JOIN gtfs_currency ON code = currency_type
     WHERE fare_id NOT IN (SELECT fare_id FROM gtfs_fare_rule WHERE contains_id IS NOT NULL)`,
  );
  const [skipped] = await database.query<{ fares: number }>(
    `SELECT count(*)::int AS fares FROM gtfs_fare WHERE fare_id NOT IN (SELECT fare_id FROM gtfs_price)`,
  );
  if (skipped!.fares > 0)
    warn(`fare_rules.txt: ${counted(skipped!.fares, 'fare')} by zones passed on the way (contains_id) left out`);
  const [strange] = await database.query<{ rules: number; line: number; example: string }>(
    `SELECT count(*)::int AS rules, min(line) AS line, (array_agg(route_id ORDER BY line))[1] AS example
     FROM gtfs_fare_rule r WHERE route_id IS NOT NULL AND NOT EXISTS (SELECT FROM gtfs_route WHERE route_id = r.route_id)`,
  );
  if (strange!.rules > 0) {
    warn(
      `fare_rules.txt: ${counted(strange!.rules, 'rule')} for routes that routes.txt does not have left out (first at line ${strange!.line}: ${strange!.example})`,
    );
  }
}
