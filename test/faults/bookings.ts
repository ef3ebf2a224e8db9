import { newId } from '#kernel';
import { type Answered, type Asker, NoAnswer } from './asker.js';
import type { Booking, Journal } from './journal.js';
import { ADD, CANCEL, CHECK_OUT, EXTEND, REMOVE, RESERVE, type Reserved, type Result, mine } from './requests.js';

/** Part of a trip. */
export interface Ride {
  trip: string;
  from: number;
  to: number;
}

type Answer = Answered<{ result: Result }>;

/**
 * Everything that a passenger can do with seats, by the interface alone. What he was told goes into the journal, and
 * so does an answer that is not what it must be. All of them throw `NoAnswer`.
 */
export class Bookings {
  constructor(
    private readonly asker: Asker,
    private readonly journal: Journal,
  ) {}

  /** @returns nothing when somebody has one of the seats */
  async reserve({ trip, from, to }: Ride, seatIds: string[]): Promise<Booking | undefined> {
    const input = { bookableId: trip, from, to, seats: seatIds.map((seatId) => ({ seatId })), idempotencyKey: newId() };
    const answer = await this.ask(RESERVE, { input });
    const { __typename, reservation, sessionToken } = answer.data.result;
    if (__typename !== 'ReservationOpened') {
      this.refused('reserve', answer, { trip, from, to });
      return undefined;
    }
    const booking: Booking = {
      id: reservation!.id,
      token: sessionToken!,
      trip,
      from,
      to,
      seatIds: [...seatIds],
      expiresAt: Date.parse(reservation!.expiresAt),
      state: 'HELD',
      stays: seatIds.map((seatId) => ({ seatId, asked: answer.asked, told: answer.told })),
    };
    this.journal.bookings.push(booking);
    this.check(booking, reservation!);
    this.journal.did('reserve');
    return booking;
  }

  async add(booking: Booking, seatIds: string[]): Promise<void> {
    const input = { ...mine(booking), seats: seatIds.map((seatId) => ({ seatId })) };
    const answer = await this.ask(ADD, { input });
    if (answer.data.result.__typename !== 'Reservation') return this.refused('add', answer, booking);
    booking.seatIds.push(...seatIds);
    booking.stays.push(...seatIds.map((seatId) => ({ seatId, asked: answer.asked, told: answer.told })));
    this.done('add', booking, answer);
  }

  async remove(booking: Booking, seatId: string): Promise<void> {
    const answer = await this.ask(REMOVE, { input: { ...mine(booking), seatId } });
    booking.seatIds.splice(booking.seatIds.indexOf(seatId), 1);
    leave(booking, answer, seatId);
    this.done('remove', booking, answer);
  }

  async extend(booking: Booking): Promise<void> {
    const answer = await this.ask(EXTEND, { input: mine(booking) });
    const expiresAt = Date.parse(answer.data.result.expiresAt ?? '');
    if (expiresAt <= booking.expiresAt) this.journal.wrong(`${booking.id} was extended and ends no later`);
    booking.expiresAt = expiresAt;
    this.done('extend', booking, answer);
  }

  async cancel(booking: Booking): Promise<void> {
    const { id, token: sessionToken } = booking;
    const answer = await this.ask(CANCEL, { id, sessionToken, idempotencyKey: newId() });
    leave(booking, answer);
    booking.state = 'CANCELLED';
    this.done('cancel', booking, answer);
  }

  /** @returns where to pay */
  async checkOut(booking: Booking): Promise<string> {
    const { id: reservationId, token: sessionToken } = booking;
    const contact = { name: 'Somebody', email: 'somebody@holdfast.test' };
    const { data } = await this.ask(CHECK_OUT, { input: { reservationId, sessionToken, contact } });
    const { __typename, message, payment } = data.result;
    if (__typename !== 'Order') {
      this.journal.wrong(`${reservationId} could not be checked out: ${message}`);
      throw new NoAnswer(message);
    }
    booking.state = 'ORDERED';
    this.journal.did('check out');
    return payment!.payUrl;
  }

  async pay(booking: Booking, payUrl: string): Promise<void> {
    const { data } = await this.asker.press(payUrl, 'pay');
    if (!data.includes('Paid.')) this.journal.wrong(`the pay page of ${booking.id} says: ${data.slice(-300)}`);
    booking.state = 'PAID';
    this.journal.did('pay');
  }

  async decline(payUrl: string): Promise<void> {
    await this.asker.press(payUrl, 'decline');
    this.journal.did('decline');
  }

  private async ask(query: string, variables: object): Promise<Answer> {
    return await this.asker.ask<{ result: Result }>(query, variables);
  }

  private refused(what: string, { data: { result }, askedLast, told }: Answer, { trip, from, to }: Ride): void {
    const { __typename, seatIds, message } = result;
    this.journal.did(`${what}: ${__typename}`);
    if (__typename !== 'SeatTaken') return this.journal.wrong(`${what} was refused as ${__typename}: ${message}`);
    this.journal.refusals.push({ trip, from, to, seatIds: seatIds!, asked: askedLast, told });
  }

  private done(what: string, booking: Booking, { data: { result } }: Answer): void {
    if (result.__typename === 'Reservation') this.check(booking, result as Result & Reserved);
    else this.journal.wrong(`${what} of ${booking.id} was refused as ${result.__typename}: ${result.message}`);
    this.journal.did(what);
  }

  /** What is answered is the reservation as it must be by then. */
  private check(booking: Booking, { id, state, expiresAt, seats }: Reserved): void {
    const must = booking.state === 'CANCELLED' ? 'CANCELLED' : 'ACTIVE';
    const has = must === 'CANCELLED' ? [] : booking.seatIds;
    const [mine, theirs] = [has, seats.map(({ seat }) => seat.id)].map((ids) => ids.toSorted().join());
    if (id !== booking.id || state !== must || mine !== theirs || Date.parse(expiresAt) !== booking.expiresAt)
      this.journal.wrong(`${booking.id} was answered as ${id} ${state} ${expiresAt} with ${theirs}, not ${mine}`);
  }
}

/** One seat of the booking is given back, or all that it still has. */
function leave({ stays }: Booking, { asked, told }: Answer, seatId?: string): void {
  for (const stay of stays)
    if (stay.left === undefined && (seatId ?? stay.seatId) === stay.seatId)
      Object.assign(stay, { leaving: asked, left: told });
}
