import type { Client as Database } from 'pg';
import { Client } from '../../../apps/cli/src/journey/client.js';
import {
  LEGS,
  type Operator,
  type SeatMap,
  seedOperator,
  seedSeatMap,
  seedTrips,
  seedUsers,
} from '../data/catalogue-data.js';
import { openInventories } from '../data/inventory-tables.js';
import { accessTokens } from '../data/tokens.js';
import type { Server } from '../ground/server.js';
import { CANCEL, RESERVE } from '../load/operations.js';
import type { Bench } from '../rounds.js';
import { Supply, partySlots, singleSlots, wholeSlots } from './supply.js';

const ACCOUNTS = 2000;
export const COACH_SEATS = 49;
export const HOT_SEATS = 50;
/** More than any API can sell, so that trips are made before and not while the load runs. */
const EXPECTED_HOLDS_PER_SECOND = 6000;

/** An operator with its coaches, passengers with accounts, and trips to sell. */
export class Market {
  private constructor(
    private readonly bench: Bench,
    readonly db: Database,
    readonly operator: Operator,
    readonly coach: SeatMap,
    /** The seat map that is read and fought for: 50 seats. */
    readonly coach50: SeatMap,
    readonly tokens: string[],
  ) {}

  static async open(bench: Bench): Promise<Market> {
    const db = await bench.ground.client();
    const operator = await seedOperator(db);
    const coach = await seedSeatMap(db, operator, COACH_SEATS);
    const coach50 = await seedSeatMap(db, operator, HOT_SEATS);
    const tokens = accessTokens(await seedUsers(db, ACCOUNTS), bench.ground.secret);
    return new Market(bench, db, operator, coach, coach50, tokens);
  }

  /** Trips for holds of one seat, or of two to four. */
  supply(name: string, party: 'single' | 'party' | 'whole'): Supply {
    const slots = { single: singleSlots, party: partySlots, whole: wholeSlots }[party](COACH_SEATS, LEGS);
    return new Supply(
      name,
      this.bench.ground.folder,
      this.coach.seatIds,
      slots,
      this.tokens,
      (count) => this.trips(count),
      EXPECTED_HOLDS_PER_SECOND,
    );
  }

  async trips(count: number, seatMap = this.coach): Promise<string[]> {
    const ids = await seedTrips(this.db, this.operator, seatMap, count);
    await openInventories(this.db, ids);
    await this.db.query('ANALYZE');
    return ids;
  }

  /** Trips of 50 seats of which the first `taken` are held for the whole journey. */
  async partlySold(server: Server, count: number, taken: number): Promise<string[]> {
    const trips = await this.trips(count, this.coach50);
    for (const trip of trips) await hold(server, trip, this.coach50.seatIds.slice(0, taken));
    return trips;
  }
}

export interface Held {
  id: string;
  sessionToken: string;
}

/** One hold for the whole journey, apart from any load. */
export async function hold({ url }: Server, bookableId: string, seatIds: string[]): Promise<Held> {
  const { reserve } = await new Client(url).ask<{
    reserve: { __typename: string; sessionToken: string; reservation: Held };
  }>(RESERVE, { input: { bookableId, from: 0, to: LEGS, seats: seatIds.map((seatId) => ({ seatId })) } });
  if (reserve.__typename !== 'ReservationOpened')
    throw new Error(`a hold was answered with ${JSON.stringify(reserve)}`);
  return { id: reserve.reservation.id, sessionToken: reserve.sessionToken };
}

export async function giveUp({ url }: Server, { id, sessionToken }: Held): Promise<void> {
  await new Client(url).ask(CANCEL, { id, sessionToken });
}
