import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database } from '#platform';
import { SeatMapsService } from '../seat-maps.service.js';
import { importAgencies } from './agencies.js';
import { leaveOutTrips, orderCalls } from './calls.js';
import { checkReferences } from './check-references.js';
import { insertDepartures, makeDepartures } from './departures.js';
import { importFares, priceJourneys } from './fares.js';
import { openFeed } from './reading/open-feed.js';
import type { ImportContext } from './import-context.js';
import { type GtfsImportOptions, checkOptions } from './import-options.js';
import { type GtfsImportSummary, type Imported, NOTHING } from './import-summary.js';
import { importNetwork } from './network.js';
import { stagePrices } from './prices.js';
import { calendarRange, dayRange, expandServiceDays } from './service-days.js';
import { stage } from './staging.js';
import { updateTrips } from './update-trips.js';

const FLAT_FARE_MINOR = 1000;

/**
 * Imports a GTFS feed: agencies become organizations, trips are expanded over the service calendar for a window of
 * days. The feed is streamed into temporary tables, checked there and compared with what the database has, all in one
 * transaction. Importing again changes only what the feed has changed, and never a trip that has a reservation.
 */
@Injectable()
export class GtfsImport {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly seatMaps: SeatMapsService,
  ) {}

  /**
   * All or nothing.
   * @throws GtfsError (file, line, reason) for a feed that is not right
   * @throws BAD_USER_INPUT for options that are not
   */
  async import(options: GtfsImportOptions): Promise<GtfsImportSummary> {
    checkOptions(options);
    const { path, from, days, onProgress } = options;
    const window = dayRange(from, days);
    const feed = await openFeed(path);
    try {
      return await this.database.transaction(async () => {
        const warnings: string[] = [];
        const context = {
          database: this.database,
          window,
          now: this.clock.now(),
          warn: (text: string) => warnings.push(text),
        };
        // Sorts and joins of a large feed fit into this.
        // Statistics that are gathered while the rows are not committed call a full table empty, and the planner would
        // join it in a loop that takes minutes: every join here is of whole tables.
        await this.database.query(`SET LOCAL work_mem = '64MB'; SET LOCAL enable_nestloop = off`);
        const rows = await stage(this.database, feed, onProgress);
        onProgress?.({ step: 'checking the feed' });
        const runs = await this.check(context);
        const imported = runs ? await this.write(context, options) : NOTHING;
        const calendar = (await calendarRange(this.database)) ?? null;
        return { window, calendar, nothingInWindow: !runs, rows, ...imported, warnings };
      });
    } finally {
      feed.close();
    }
  }

  /** @returns whether any trip runs in the window */
  private async check(context: ImportContext): Promise<boolean> {
    const { database, window } = context;
    await checkReferences(database);
    await orderCalls(database);
    await stagePrices(context);
    await leaveOutTrips(context);
    return await expandServiceDays(database, window);
  }

  private async write(context: ImportContext, options: GtfsImportOptions): Promise<Imported> {
    const { database } = context;
    const { layout, currency, flatFareMinor = FLAT_FARE_MINOR, onProgress } = options;
    await oneAtATime(database);
    onProgress?.({ step: 'stops, routes and fares' });
    const organizations = await importAgencies(context, currency);
    for (const id of organizations) {
      const seatMapId = await this.seatMaps.ensureLayout(id, layout);
      await database.query(`UPDATE gtfs_organization SET seat_map_id = $2 WHERE id = $1`, [id, seatMapId]);
    }
    const network = await importNetwork(database);
    await priceJourneys(context, flatFareMinor);
    const fares = await importFares(context);
    onProgress?.({ step: 'trips' });
    await makeDepartures(database, flatFareMinor);
    await insertDepartures(context);
    return { organizations: organizations.length, ...network, fares, ...(await updateTrips(context)) };
  }
}

/** Two imports of one feed would both find that a trip is not there. The second waits, then updates. */
async function oneAtATime(database: Database): Promise<void> {
  await database.query(`SET LOCAL lock_timeout = '15min'`);
  await database.query(`SELECT pg_advisory_xact_lock(hashtext('gtfs-import'))`);
  await database.query(`SET LOCAL lock_timeout = '30s'`);
}
