import type { LegRange } from '#kernel';
import type { Shortage } from './inventory/inventory.js';
import type { Offer } from './inventory/offers.js';
import { AreaFull, SeatTaken, TierSoldOut } from './reservation.refusals.js';

/** What there was too little of, in words for the passenger. */
export function refusalOf({ bookable, layout, tiers }: Offer, legs: LegRange, shortage: Shortage): object {
  switch (shortage.kind) {
    case 'seats': {
      const seats = shortage.ordinals.map((ordinal) => layout.seats[ordinal]!);
      return new SeatTaken(seats, bookable.id, legs);
    }
    case 'area':
      return new AreaFull(layout.areas.get(shortage.areaId)?.name ?? 'The area', shortage.left);
    case 'tier':
      return new TierSoldOut(tiers.find(({ id }) => id === shortage.tierId)?.name ?? 'The tier', shortage.left);
  }
}
