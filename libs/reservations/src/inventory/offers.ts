import { Injectable } from '@nestjs/common';
import { type LegRange, RecentMap } from '#kernel';
import { Database } from '#platform';
import {
  type Area,
  type Bookable,
  BookablesService,
  type Organization,
  OrganizationsService,
  PricesService,
  type Seat,
  SeatMapsService,
  type Tier,
  type TripCall,
  fareKey,
} from '#catalogue';

/** A layout never changes: it is read once for all bookables that have it. */
export interface Layout {
  /** By ordinal. */
  seats: Seat[];
  seatsById: Map<string, Seat>;
  areas: Map<string, Area>;
}

/** Everything of the catalogue that selling a place of a bookable needs, as of one revision. */
export interface Offer {
  bookable: Bookable;
  calls: TripCall[];
  layout: Layout;
  /** In position order. */
  tiers: Tier[];
  fares: Map<string, number>;
  organization: Organization;
  /** `undefined`: nobody has reserved it yet, the inventory must be opened first. */
  revision: string | undefined;
}

const REMEMBERED_OFFERS = 20_000;
const REMEMBERED_LAYOUTS = 500;

/** The price of a place of a tier; `undefined` when this journey has no fare. */
export function priceOf({ fares }: Offer, tier: Tier, legs: LegRange): number | undefined {
  return tier.priceMinor ?? fares.get(fareKey(legs));
}

/**
 * What this process remembers of the catalogue. It may be out of date, and need not be right: the transaction that
 * takes a place compares the revision, and a request that was priced from an old one is priced again.
 */
@Injectable()
export class Offers {
  private readonly offers = new RecentMap<string, Offer>(REMEMBERED_OFFERS);
  /** Under way: a crowd for a trip reads it once. */
  private readonly loading = new Map<string, Promise<Offer>>();
  private readonly layouts = new RecentMap<string, Promise<Layout>>(REMEMBERED_LAYOUTS);

  constructor(
    private readonly database: Database,
    private readonly bookables: BookablesService,
    private readonly organizations: OrganizationsService,
    private readonly prices: PricesService,
    private readonly seatMaps: SeatMapsService,
  ) {}

  /** @throws NOT_FOUND */
  async of(bookableId: string): Promise<Offer> {
    return this.offers.get(bookableId) ?? (await this.loadOnce(bookableId));
  }

  /** It was found to be out of date. */
  forget(bookableId: string): void {
    this.offers.delete(bookableId);
    this.loading.delete(bookableId);
  }

  /** As it is now: for a decision that no transaction checks against the revision. @throws NOT_FOUND */
  async current(bookableId: string): Promise<Offer> {
    const offer = await this.of(bookableId);
    if (await this.isCurrent(offer)) return offer;
    this.forget(bookableId);
    return await this.of(bookableId);
  }

  /** Is it still so? Ask under the inventory's lock. */
  async isCurrent({ bookable, revision }: Offer): Promise<boolean> {
    return (await this.bookables.revision(bookable.id)) === revision;
  }

  async layout(seatMapId: string): Promise<Layout> {
    const known = this.layouts.get(seatMapId);
    if (known) return await known;
    const loading = this.loadLayout(seatMapId);
    loading.catch(() => this.layouts.delete(seatMapId));
    this.layouts.set(seatMapId, loading);
    return await loading;
  }

  private async loadOnce(bookableId: string): Promise<Offer> {
    // What a transaction reads is its own.
    if (this.database.inTransaction) return await this.load(bookableId);
    const underWay = this.loading.get(bookableId) ?? this.load(bookableId);
    this.loading.set(bookableId, underWay);
    try {
      return await underWay;
    } finally {
      if (this.loading.get(bookableId) === underWay) this.loading.delete(bookableId);
    }
  }

  private async load(bookableId: string): Promise<Offer> {
    // The revision first: what changes while the rest is read makes it an old one.
    const revision = await this.bookables.revision(bookableId);
    const [[bookable, organization, layout], tiers, calls, fares] = await this.database.all(
      () => this.whatAndWhose(bookableId),
      () => this.prices.tiers(bookableId),
      // An event has neither.
      () => this.bookables.calls(bookableId),
      () => this.prices.fares(bookableId),
    );
    const offer: Offer = { bookable, organization, layout, tiers, calls, fares, revision };
    // Before its first reservation a bookable may change without raising the revision.
    if (revision !== undefined) this.offers.set(bookableId, offer);
    return offer;
  }

  private async whatAndWhose(bookableId: string): Promise<[Bookable, Organization, Layout]> {
    const bookable = await this.bookables.get(bookableId);
    return [
      bookable,
      ...(await this.database.all(
        () => this.organizations.get(bookable.organizationId),
        () => this.layout(bookable.seatMapId),
      )),
    ];
  }

  private async loadLayout(seatMapId: string): Promise<Layout> {
    const seats = await this.seatMaps.seats(seatMapId);
    const areas = await this.seatMaps.areas(seatMapId);
    return {
      seats,
      seatsById: new Map(seats.map((seat) => [seat.id, seat])),
      areas: new Map(areas.map((area) => [area.id, area])),
    };
  }
}
