import type { Client } from 'pg';
import { LEGS, type Operator, seedOperator, seedSeatMap, seedTrips } from '../bench/data/catalogue-data.js';

/** Trips that everybody wants, and the few seats of them that everybody wants. */
export interface HotTrips {
  trips: string[];
  seatIds: string[];
  legs: number;
}

const SEATS = 49;

/** Trips of one operator whose rules leave room for a load: no limits, and holds that can be extended often. */
export class TripMaker {
  private constructor(
    private readonly operator: Operator,
    private readonly seatMap: { id: string; seatIds: string[] },
  ) {}

  static async prepare(db: Client): Promise<TripMaker> {
    const operator = await seedOperator(db);
    await db.query(
      // Nobody here would answer the offer of another seat.
      `UPDATE organizations SET hold_minutes = 15, hold_cap_minutes = 1440, most_extensions = 1000, seat_offer_minutes = 0 WHERE id = $1`,
      [operator.organizationId],
    );
    return new TripMaker(operator, await seedSeatMap(db, operator, SEATS));
  }

  async make(db: Client, { trips = 2, seats = 16 } = {}): Promise<HotTrips> {
    const ids = await seedTrips(db, this.operator, this.seatMap, trips);
    // Also a server that is careless for a negative control keeps these.
    await db.query('CHECKPOINT');
    return { trips: ids, seatIds: this.seatMap.seatIds.slice(0, seats), legs: LEGS };
  }
}
