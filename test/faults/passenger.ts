import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '#kernel';
import { type Answered, type Asker, NoAnswer } from './asker.js';
import type { Booking, Journal, Stay } from './journal.js';
import type { Ends } from './ends.js';
import type { HotTrips } from './hot-trips.js';

interface Result {
  __typename: string;
  message?: string;
  seatIds?: string[];
  sessionToken?: string;
  id?: string;
  state?: string;
  expiresAt?: string;
  reservation?: { id: string; state: string; expiresAt: string; seats: { seat: { id: string } }[] };
  seats?: { seat: { id: string } }[];
  payment?: { payUrl: string };
}

const RESERVATION = 'id state expiresAt seats { seat { id } }';
const REFUSALS = '... on SeatTaken { seatIds } ... on Refusal { message }';
const RESERVE = `mutation ($input: ReserveInput!) { result: reserve(input: $input) { __typename
  ... on ReservationOpened { sessionToken reservation { ${RESERVATION} } } ${REFUSALS} } }`;
const ADD = `mutation ($input: AddPlacesInput!) { result: addPlaces(input: $input) { __typename ... on Reservation { ${RESERVATION} } ${REFUSALS} } }`;
const REMOVE = `mutation ($input: RemovePlaceInput!) { result: removePlace(input: $input) { __typename ... on Reservation { ${RESERVATION} } ... on Refusal { message } } }`;
const EXTEND = `mutation ($input: ExtendReservationInput!) { result: extendReservation(input: $input) { __typename ... on Reservation { ${RESERVATION} } ... on Refusal { message } } }`;
const CANCEL = `mutation ($id: ID!, $token: String) { result: cancelReservation(id: $id, sessionToken: $token) { __typename ... on Reservation { ${RESERVATION} } ... on Refusal { message } } }`;
const CHECK_OUT = `mutation ($input: CheckOutInput!) { result: checkOut(input: $input) { __typename ... on Order { id state payment { payUrl } } ... on Refusal { message } } }`;
const READ = `query ($id: ID!, $token: String) { result: reservation(id: $id, sessionToken: $token) { __typename ${RESERVATION} } }`;

/** How likely a passenger does what in the end; the rest goes away and comes back never. */
const CANCELS = 0.3;
const ABANDONS = 0.35;
const PAYS = 0.15;
const DECLINES = 0.1;

/** Somebody who buys seats, in any way that the interface allows, and writes down what he was told. */
export class Passenger {
  constructor(
    private readonly hot: HotTrips,
    private readonly asker: Asker,
    private readonly journal: Journal,
    private readonly ends: Ends,
    private readonly number: () => number,
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

  /** @returns the booking when the seats were free */
  async reserve(trip: string, from: number, to: number, seatIds: string[]): Promise<Booking | undefined> {
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
      stays: [],
    };
    this.journal.bookings.push(booking);
    this.came(booking, seatIds, answer);
    this.check(booking, reservation!);
    this.journal.did('reserve');
    return booking;
  }

  async cancel(booking: Booking): Promise<void> {
    const answer = await this.ask(CANCEL, { id: booking.id, token: booking.token });
    if (answer.data.result.__typename !== 'Reservation') {
      // It has no key: when the first answer was lost, the second says that the reservation has ended. So it has.
      const now = await this.ask(READ, { id: booking.id, token: booking.token });
      if (answer.attempts === 1 || now.data.result.state !== 'CANCELLED')
        this.journal.wrong(
          `${booking.id} could not be cancelled: ${answer.data.result.message}, it is ${now.data.result.state}`,
        );
    }
    for (const stay of booking.stays.filter(({ left }) => left === undefined)) leave(stay, answer);
    booking.state = 'CANCELLED';
    this.journal.did('cancel');
  }

  async checkOut(booking: Booking): Promise<string> {
    const input = {
      reservationId: booking.id,
      sessionToken: booking.token,
      contact: { name: 'Somebody', email: 'somebody@holdfast.test' },
    };
    const { __typename, message, id, payment } = (await this.ask(CHECK_OUT, { input })).data.result;
    if (__typename !== 'Order') {
      this.journal.wrong(`${booking.id} could not be checked out: ${message}`);
      throw new NoAnswer(message);
    }
    Object.assign(booking, { state: 'ORDERED', orderId: id });
    this.journal.did('check out');
    return payment!.payUrl;
  }

  async pay(booking: Booking, payUrl: string): Promise<void> {
    const { data } = await this.asker.press(payUrl, 'pay');
    if (!data.includes('Paid.')) this.journal.wrong(`the pay page of ${booking.id} says: ${data.slice(-300)}`);
    booking.state = 'PAID';
    this.journal.did('pay');
  }

  private async visit(stop: AbortSignal): Promise<void> {
    const trip = this.oneOf(this.hot.trips);
    const from = Math.floor(this.number() * this.hot.legs);
    const to = from + 1 + Math.floor(this.number() * (this.hot.legs - from));
    const booking = await this.reserve(trip, from, to, this.someSeats());
    if (!booking) return;
    for (let steps = Math.floor(this.number() * 4); steps > 0 && !stop.aborted; steps -= 1) await this.change(booking);
    const choice = this.number();
    if (choice < CANCELS) await this.cancel(booking);
    else if (choice < CANCELS + ABANDONS) await this.abandon(booking, stop);
    else if (choice < CANCELS + ABANDONS + PAYS) await this.pay(booking, await this.checkOut(booking));
    else if (choice < CANCELS + ABANDONS + PAYS + DECLINES) {
      await this.asker.press(await this.checkOut(booking), 'decline');
      this.journal.did('decline');
    }
  }

  private async change(booking: Booking): Promise<void> {
    const choice = this.number();
    if (choice < 0.4) await this.extend(booking);
    else if (choice < 0.7 || booking.seatIds.length === 1) await this.add(booking);
    else await this.remove(booking);
  }

  private async add(booking: Booking): Promise<void> {
    const seatIds = this.someSeats()
      .filter((seatId) => !booking.seatIds.includes(seatId))
      .slice(0, 2);
    if (seatIds.length === 0) return;
    const input = { ...keyed(booking), seats: seatIds.map((seatId) => ({ seatId })) };
    const answer = await this.ask(ADD, { input });
    if (answer.data.result.__typename !== 'Reservation') return this.refused('add', answer, booking);
    booking.seatIds.push(...seatIds);
    this.came(booking, seatIds, answer);
    this.check(booking, answer.data.result);
    this.journal.did('add');
  }

  private async remove(booking: Booking): Promise<void> {
    const seatId = this.oneOf(booking.seatIds);
    const answer = await this.ask(REMOVE, { input: { ...keyed(booking), seatId } });
    if (answer.data.result.__typename !== 'Reservation')
      return this.journal.wrong(`${seatId} of ${booking.id} could not be removed: ${answer.data.result.message}`);
    leave(
      booking.stays.find((stay) => stay.seatId === seatId && stay.left === undefined)!,
      answer,
    );
    booking.seatIds.splice(booking.seatIds.indexOf(seatId), 1);
    this.check(booking, answer.data.result);
    this.journal.did('remove');
  }

  private async extend(booking: Booking): Promise<void> {
    const { data } = await this.ask(EXTEND, { input: keyed(booking) });
    if (data.result.__typename !== 'Reservation')
      return this.journal.wrong(`${booking.id} could not be extended: ${data.result.message}`);
    const expiresAt = Date.parse(data.result.expiresAt!);
    if (expiresAt <= booking.expiresAt) this.journal.wrong(`${booking.id} was extended and ends no later`);
    booking.expiresAt = expiresAt;
    this.check(booking, data.result);
    this.journal.did('extend');
  }

  /** Goes away. At the end of the hold the next one has the same seats, whether a sweep has come by or not. */
  private async abandon(booking: Booking, stop: AbortSignal): Promise<void> {
    await this.ends.at(booking, Date.now() + 200);
    this.journal.did('abandon');
    await delay(Math.max(0, booking.expiresAt - Date.now() + 1));
    if (!stop.aborted) await this.reserve(booking.trip, booking.from, booking.to, booking.seatIds);
  }

  private async ask(query: string, variables: object): Promise<Answered<{ result: Result }>> {
    return await this.asker.ask<{ result: Result }>(query, variables);
  }

  private came(booking: Booking, seatIds: string[], { asked, told }: Answered<unknown>): void {
    for (const seatId of seatIds) booking.stays.push({ seatId, asked, told });
  }

  private refused(
    what: string,
    answer: Answered<{ result: Result }>,
    where: { trip: string; from: number; to: number },
  ): void {
    const { __typename, seatIds, message } = answer.data.result;
    this.journal.did(`${what}: ${__typename}`);
    if (__typename !== 'SeatTaken') return this.journal.wrong(`${what} was refused as ${__typename}: ${message}`);
    const { trip, from, to } = where;
    this.journal.refusals.push({ trip, from, to, seatIds: seatIds!, asked: answer.askedLast, told: answer.told });
  }

  /** What is answered is the reservation as it must be by then. */
  private check(booking: Booking, { id, state, expiresAt, seats }: Partial<Result>): void {
    const [mine, theirs] = [booking.seatIds, seats!.map(({ seat }) => seat.id)].map((ids) => ids.toSorted().join());
    if (id !== booking.id || state !== 'ACTIVE' || mine !== theirs || Date.parse(expiresAt!) !== booking.expiresAt)
      this.journal.wrong(`${booking.id} was answered as ${id} ${state} ${expiresAt} with ${theirs}, not ${mine}`);
  }

  private someSeats(): string[] {
    const seatIds = new Set<string>();
    for (let wanted = 1 + Math.floor(this.number() * 3); wanted > 0; wanted -= 1)
      seatIds.add(this.oneOf(this.hot.seatIds));
    return [...seatIds];
  }

  private oneOf<T>(list: T[]): T {
    return list[Math.floor(this.number() * list.length)]!;
  }
}

function leave(stay: Stay, { asked, told }: Answered<unknown>): void {
  Object.assign(stay, { leaving: asked, left: told });
}

function keyed({ id, token }: Booking): object {
  return { reservationId: id, sessionToken: token, idempotencyKey: newId() };
}
