import { setTimeout as delay } from 'node:timers/promises';
import type { Dice } from '../model/dice.js';
import { NoAnswer } from './asker.js';
import type { Bookings } from './bookings.js';
import type { Ends } from './ends.js';
import type { HotTrips } from './hot-trips.js';
import type { Booking } from './journal.js';

/** How visits end that do not end with a payment. Who lingers goes and leaves his hold behind for as long as it lasts. */
const ENDINGS = { cancel: 30, abandon: 35, decline: 10, linger: 10 };
const CHANGES = { extend: 40, add: 30, remove: 30 };

/** Somebody who buys seats in any way that the interface allows. */
export class Passenger {
  constructor(
    private readonly hot: HotTrips,
    private readonly bookings: Bookings,
    private readonly ends: Ends,
    private readonly dice: Dice,
    /** So many visits of a hundred end with a payment. */
    private readonly pays: number,
  ) {}

  /** One visit after another. */
  async buy(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      try {
        await this.visit(stop);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
      }
    }
  }

  private async visit(stop: AbortSignal): Promise<void> {
    const { hot, dice } = this;
    const from = dice.upTo(hot.legs);
    const ride = { trip: dice.pick(hot.trips), from, to: dice.between(from + 1, hot.legs) };
    const booking = await this.bookings.reserve(ride, dice.some(hot.seatIds, dice.between(1, 3)));
    if (!booking) return;
    for (let changes = dice.upTo(4); changes > 0 && !stop.aborted; changes -= 1) await this.change(booking);
    switch (dice.percent(this.pays) ? 'pay' : dice.weighted(ENDINGS)) {
      case 'cancel':
        return await this.bookings.cancel(booking);
      case 'abandon':
        return await this.abandon(booking, stop);
      case 'pay':
        return await this.bookings.pay(booking, await this.bookings.checkOut(booking));
      case 'decline':
        return await this.bookings.decline(await this.bookings.checkOut(booking));
      case 'linger':
    }
  }

  private async change(booking: Booking): Promise<void> {
    const { hot, dice } = this;
    const change = dice.weighted(CHANGES);
    if (change === 'extend') return await this.bookings.extend(booking);
    if (change === 'remove' && booking.seatIds.length > 1)
      return await this.bookings.remove(booking, dice.pick(booking.seatIds));
    const others = hot.seatIds.filter((seatId) => !booking.seatIds.includes(seatId));
    await this.bookings.add(booking, dice.some(others, dice.between(1, 2)));
  }

  /** Goes away. At the end of the hold the next one may have the same seats, whether a sweep has come by or not. */
  private async abandon(booking: Booking, stop: AbortSignal): Promise<void> {
    await this.ends.at(booking, Date.now() + 700);
    await delay(Math.max(0, booking.expiresAt - Date.now() + 1));
    if (!stop.aborted) await this.bookings.reserve(booking, booking.seatIds);
  }
}
