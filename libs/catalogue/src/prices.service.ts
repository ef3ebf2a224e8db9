import { Injectable } from '@nestjs/common';
import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Clock, type LegRange } from '#kernel';
import { Database, SharedRead } from '#platform';
import { Tier } from './tier.entity.js';

@ObjectType({ description: 'A tier that is on sale now, with its price for a journey.' })
export class PricedTier {
  @Field(() => Tier)
  tier: Tier;

  @Field(() => Int, { description: "In minor units of the bookable's currency." })
  priceMinor: number;
}

export const fareKey = ({ from, to }: LegRange): string => `${from}-${to}`;

/** What a place costs. */
@Injectable()
export class PricesService {
  private readonly tiersOf: SharedRead<Tier[]>;
  private readonly faresOf: SharedRead<Map<string, number>>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.tiersOf = new SharedRead(database, (ids) => this.readTiers(ids));
    this.faresOf = new SharedRead(database, (ids) => this.readFares(ids));
  }

  /** All tiers in position order. */
  async tiers(bookableId: string): Promise<Tier[]> {
    return (await this.tiersOf.of(bookableId.toLowerCase())) ?? [];
  }

  /** The tiers that are on sale now for these legs, with their price. Empty: this journey is not sold. */
  async onSale(bookableId: string, legs: LegRange): Promise<PricedTier[]> {
    const now = this.clock.now();
    const tiers = (await this.tiers(bookableId)).filter((tier) => tier.isOnSale(now) && !tier.hidden);
    const fare = tiers.some(({ priceMinor }) => priceMinor === null) ? await this.fare(bookableId, legs) : undefined;
    return tiers.flatMap((tier) => {
      const priceMinor = tier.priceMinor ?? fare;
      return priceMinor === undefined ? [] : [{ tier, priceMinor }];
    });
  }

  /** The fares of a trip in minor units, by `fareKey`. */
  async fares(tripId: string): Promise<Map<string, number>> {
    return (await this.faresOf.of(tripId.toLowerCase())) ?? new Map<string, number>();
  }

  /** The route's fare between the two stops, in minor units. */
  private async fare(tripId: string, { from, to }: LegRange): Promise<number | undefined> {
    const [fare] = await this.database.query<{ price_minor: number }>(
      `SELECT f.price_minor FROM trips t
       JOIN trip_calls o ON o.trip_id = t.bookable_id AND o.position = $2
       JOIN trip_calls d ON d.trip_id = t.bookable_id AND d.position = $3
       JOIN fares f ON f.route_id = t.route_id AND f.origin_stop_id = o.stop_id AND f.destination_stop_id = d.stop_id
       WHERE t.bookable_id = $1`,
      [tripId, from, to],
    );
    return fare?.price_minor;
  }

  private async readTiers(bookableIds: string[]): Promise<Map<string, Tier[]>> {
    const tiers = await this.database
      .repository(Tier)
      .createQueryBuilder('tier')
      .where('tier.bookable_id = ANY(:bookableIds)', { bookableIds })
      .orderBy('tier.position')
      .getMany();
    const found = new Map<string, Tier[]>(bookableIds.map((id) => [id, []]));
    for (const tier of tiers) found.get(tier.bookableId)!.push(tier);
    return found;
  }

  private async readFares(tripIds: string[]): Promise<Map<string, Map<string, number>>> {
    const rows = await this.database.query<LegRange & { tripId: string; priceMinor: number }>(
      `SELECT t.bookable_id AS "tripId", o.position AS from, d.position AS to, f.price_minor AS "priceMinor" FROM trips t
       JOIN trip_calls o ON o.trip_id = t.bookable_id
       JOIN trip_calls d ON d.trip_id = t.bookable_id AND d.position > o.position
       JOIN fares f ON f.route_id = t.route_id AND f.origin_stop_id = o.stop_id AND f.destination_stop_id = d.stop_id
       WHERE t.bookable_id = ANY($1::uuid[])`,
      [tripIds],
    );
    const found = new Map<string, Map<string, number>>(tripIds.map((id) => [id, new Map()]));
    for (const { tripId, from, to, priceMinor } of rows) found.get(tripId)!.set(fareKey({ from, to }), priceMinor);
    return found;
  }
}
