import { Injectable } from '@nestjs/common';
import type { LegRange } from '#kernel';
import { badInput, busy } from '#platform';
import { type Seat, journeyBetween } from '#catalogue';
import { type BestAvailable, bestAvailable } from './best-available.js';
import { type Asker, HoldsService } from './holds.service.js';
import { type Offer, Offers } from './inventory/offers.js';
import { SeatStates } from './inventory/seat-states.js';
import { Reservation } from './reservation.entity.js';
import type { BestSeatsArgs, ReserveInput, SeatRequest } from './reservation.inputs.js';
import { NotEnoughSeats, SeatTaken } from './reservation.refusals.js';
import { SeatPlans } from './seat-plans.js';

/** Rivals who are always faster: by then the crowd is told to come again. */
const MOST_TRIES = 10;

/** Finds seats for a party that leaves the choice to us. */
@Injectable()
export class BestSeatsService {
  constructor(
    private readonly seatStates: SeatStates,
    private readonly offers: Offers,
    private readonly plans: SeatPlans,
    private readonly holds: HoldsService,
  ) {}

  /** Holds the best seats for a wish; when somebody was faster, the next best. @throws NotEnoughSeats; as `HoldsService.hold` */
  async hold(asker: Asker, input: ReserveInput, wish: BestSeatsArgs): Promise<Reservation> {
    if (input.seats) throw badInput('Name seats, or leave the choice with best, not both.', 'best');
    checkParty(wish);
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      const offer = await this.offers.of(input.bookableId);
      const legs = journeyBetween(offer.bookable, offer.calls, input.from, input.to);
      const seats = await this.choose(offer, legs, wish, input.bestTierId).catch(async (error: unknown) => {
        const before = await this.holds.answered(asker, input);
        if (before) return before;
        throw error;
      });
      if (seats instanceof Reservation) return seats;
      try {
        return await this.holds.hold(asker, input, seats);
      } catch (error) {
        if (!(error instanceof SeatTaken)) throw error;
      }
    }
    throw busy();
  }

  /** The best that is free now, in groups that sit together; none when there are too few seats. */
  async suggest(offer: Offer, legs: LegRange, wish: BestSeatsArgs): Promise<Seat[][]> {
    const found = await this.find(offer, legs, wish);
    return found.outcome === 'too-few' ? [] : seatsOf(offer, found.groups);
  }

  /** @throws NotEnoughSeats, also when there are enough, but not together as was required */
  private async choose(offer: Offer, legs: LegRange, wish: BestSeatsArgs, tierId?: string): Promise<SeatRequest[]> {
    const found = await this.find(offer, legs, wish);
    if (found.outcome === 'too-few') throw new NotEnoughSeats(found.free, []);
    const groups = seatsOf(offer, found.groups);
    if (found.outcome === 'apart') throw new NotEnoughSeats(groups.flat().length, groups);
    return groups.flat().map(({ id }) => ({ seatId: id, tierId }));
  }

  private async find({ bookable, layout }: Offer, legs: LegRange, wish: BestSeatsArgs): Promise<BestAvailable> {
    const snapshot = await this.seatStates.read(bookable.id);
    const together = wish.togetherRequired ? 'required' : 'preferred';
    return bestAvailable(this.plans.of(layout, bookable.kind), snapshot.legs, legs, { ...wish, together });
  }
}

/** @throws BAD_USER_INPUT */
export function checkParty({ count, accessible = 0 }: BestSeatsArgs): void {
  if (accessible > count)
    throw badInput('More of the party need an accessible seat than there are in it.', 'accessible');
}

function seatsOf({ layout }: Offer, groups: number[][]): Seat[][] {
  return groups.map((group) => group.map((ordinal) => layout.seats[ordinal]!));
}
