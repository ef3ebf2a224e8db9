import { PaymentsService, type Payment } from '#payments';
import type { Order, Reservation } from '#reservations';
import { CancellationsService, TicketState, TicketsService, type Ticket } from '#tickets';
import { BookingSessionService } from '../../libs/reservations/src/booking-session.service.js';
import { CheckOutService } from '../../libs/reservations/src/check-out.service.js';
import { HoldsService } from '../../libs/reservations/src/holds.service.js';
import { TakenSeats } from '../../libs/reservations/src/inventory/taken-seats.js';
import { QuotingService } from '../../libs/reservations/src/quoting.service.js';
import { SeatOfferAnswers } from '../../libs/reservations/src/seat-offer-answers.service.js';
import { SessionTokens } from '../../libs/reservations/src/session-tokens.js';
import { ExchangesService } from '../../libs/tickets/src/exchanges.service.js';
import { TransfersService } from '../../libs/tickets/src/transfers.service.js';
import { Dice } from '../model/dice.js';
import type { Charge } from './gateway.js';
import { LEGS, type Passenger } from './place.js';
import type { World } from './world.js';

const HOUR = 60;
/** Each life asks again with the same key when it got no answer, and gives up after so many tries. */
const MOST_TRIES = 4;

/** What happens next happens after so many minutes. */
type Minutes = AsyncGenerator<number, void>;

/** One order from its seats to its end, as its dice say. */
export class Life {
  private readonly dice: Dice;
  private readonly who: Passenger | undefined;
  private keys = 0;

  constructor(
    private readonly world: World,
    readonly index: number,
    seed: number,
  ) {
    this.dice = Dice.of(seed, 1);
    this.who = this.dice.percent(75) ? this.dice.pick(world.passengers) : undefined;
  }

  async *live(): Minutes {
    const { dice } = this;
    yield dice.upTo(4 * HOUR);
    const trip = dice.pick(this.world.place.trips);
    let held = await this.hold(trip.bookableId, dice.some(trip.seats, dice.between(1, 3)));
    for (let tries = 0; !held && tries < 3; tries += 1) {
      yield dice.upTo(40);
      held = await this.hold(trip.bookableId, [dice.pick(trip.seats)]);
    }
    if (!held) return;
    yield dice.upTo(6);
    if (dice.percent(7)) return await this.cancelHold(held);
    const order = await this.placed(yield* this.asked('check out', this.checkOut(held)), held);
    if (!order) return;
    if (dice.percent(8)) {
      yield dice.upTo(10);
      await this.cancelHold(held);
    }
    yield* this.pay(order, held);
    yield* this.answerOffer(order, held);
    for (let more = dice.between(1, 4); more > 0; more -= 1) {
      yield dice.percent(50) ? dice.upTo(HOUR) : dice.between(HOUR, 40 * HOUR);
      yield* this.later(order);
    }
  }

  private async hold(bookableId: string, seatIds: string[], legs = this.someLegs()): Promise<Reservation | undefined> {
    const { world, who } = this;
    const input = { bookableId, ...legs, seats: seatIds.map((seatId) => ({ seatId })) };
    // What is remembered of taken seats for a tenth of a second is real time.
    (world.get(TakenSeats) as unknown as { known: Map<string, unknown> }).known.clear();
    const asker = { userId: who?.principal.userId ?? null, ip: '192.0.2.1' };
    const answer = await world.attempt(
      `${this.name} holds ${seatIds.length} seats of ${world.tripName(bookableId)}`,
      () => world.get(HoldsService).hold(asker, { ...input, idempotencyKey: this.key() }),
    );
    return answer.value;
  }

  private someLegs(): { from: number; to: number } {
    const from = this.dice.upTo(LEGS);
    return { from, to: this.dice.between(from + 1, LEGS) };
  }

  private checkOut(held: Reservation): () => Promise<Order> {
    const { world, dice, who } = this;
    const wish = dice.percent(45) ? world.place.promoCode : undefined;
    const contact = { name: 'Somebody', email: who?.email ?? `life-${this.index}@holdfast.test` };
    const idempotencyKey = this.key();
    const quotes = dice.percent(50);
    let quoteId: string | undefined;
    let promoCode = wish;
    return async () => {
      if (quotes && quoteId === undefined) {
        const customer = { userId: held.userId, email: contact.email };
        const quote = await world
          .get(QuotingService)
          .quote(held, customer, promoCode)
          .catch(async (error: unknown) => {
            if (error instanceof Error) throw error;
            promoCode = undefined;
            return await world.get(QuotingService).quote(held, customer);
          });
        quoteId = quote.id;
      }
      const input = {
        ...this.mine(held),
        contact,
        idempotencyKey,
        promoCode: quoteId ? undefined : promoCode,
        quoteId,
      };
      return await world.get(CheckOutService).checkOut(who?.principal, input);
    };
  }

  /** Asks again with the same key while there is no answer. */
  private async *asked<T>(what: string, ask: () => Promise<T>): AsyncGenerator<number, void> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const { kind } = await this.world.attempt(`${this.name}: ${what}`, ask, true);
      if (kind !== 'unknown') return;
      yield this.dice.upTo(8);
    }
  }

  /** The order of a reservation, whatever the passenger was told. */
  private async placed(_: void, { id }: Reservation): Promise<string | undefined> {
    const [order] = await this.world.query<{ id: string }>(`SELECT id FROM orders WHERE reservation_id = $1`, [id]);
    if (order) this.world.know(order.id, this.name);
    return order?.id;
  }

  private async cancelHold(held: Reservation): Promise<void> {
    const { reservationId: id, sessionToken } = this.mine(held);
    await this.world.attempt(
      `${this.name} cancels the reservation`,
      () => this.world.get(BookingSessionService).cancel(this.who?.principal, { id, sessionToken }),
      true,
    );
  }

  private async *pay(orderId: string, held: Reservation): Minutes {
    const { world, dice } = this;
    const way = dice.weighted({
      full: 30,
      never: 7,
      late: 20,
      parts: 10,
      part: 6,
      tooMuch: 5,
      foreign: 6,
      declined: 12,
      transfer: 10,
      twice: 8,
    });
    const charge = await this.charge(orderId);
    if (!charge) return;
    const { gateway } = world;
    const amount = charge.amountMinor;
    world.tell(`${this.name} pays: ${way}`);
    yield dice.upTo(5);
    switch (way) {
      case 'never':
        return;
      case 'full':
        return gateway.capture(charge, amount);
      case 'late':
        yield dice.between(12, 6 * HOUR);
        // Somebody wants the same seat, and was in time.
        if (dice.percent(60)) await this.hold(held.bookableId, dice.some(held.seatIds, 1) as string[], held.legs);
        return gateway.capture(charge, amount);
      case 'tooMuch':
        return gateway.capture(charge, amount + dice.between(1, 2000));
      case 'parts':
      case 'part': {
        const first = dice.between(1, Math.max(1, amount - 1));
        gateway.capture(charge, first);
        if (way === 'part') return;
        yield dice.percent(70) ? dice.upTo(12) : dice.upTo(3 * HOUR);
        return gateway.capture(charge, amount - first + (dice.percent(20) ? dice.upTo(500) : 0));
      }
      case 'foreign':
        gateway.capture(charge, amount, 'EUR');
        yield dice.upTo(10);
        return yield* this.again(orderId, held, 50);
      case 'declined':
        gateway.decline(charge);
        yield dice.upTo(6);
        yield* this.again(orderId, held, 80);
        // The payer found another card for the first one, too.
        if (dice.percent(30)) gateway.capture(charge, amount);
        return;
      case 'transfer':
        gateway.processing(charge);
        yield dice.between(3, 50 * HOUR);
        if (dice.percent(85)) gateway.capture(charge, amount);
        else gateway.decline(charge);
        return;
      case 'twice':
        gateway.decline(charge);
        yield dice.upTo(4);
        yield* this.again(orderId, held, 100);
        gateway.capture(charge, amount);
    }
  }

  /** Checks out again, and perhaps pays what it is sent to. */
  private async *again(orderId: string, held: Reservation, percent: number): Minutes {
    yield* this.asked('check out again', this.checkOut(held));
    yield this.dice.upTo(6);
    const charge = await this.charge(orderId);
    if (charge && charge.capturedMinor === 0 && this.dice.percent(percent))
      this.world.gateway.capture(charge, charge.amountMinor);
  }

  /** Other seats may be offered for a payment that was late, a while after it: the passenger looks now and then. */
  private async *answerOffer(orderId: string, held: Reservation): Minutes {
    const { world, dice } = this;
    const will = dice.weighted({ accept: 55, decline: 20, ignore: 25 });
    if (will === 'ignore') return;
    for (let looks = 0; looks < 12; looks += 1) {
      yield dice.upTo(25);
      const { state } = (await world.query<{ state: string }>(`SELECT state FROM orders WHERE id = $1`, [orderId]))[0]!;
      if (state === 'PAID' || state === 'REFUNDED') return;
      if (state !== 'OFFERED') continue;
      const input = { orderId, sessionToken: this.mine(held).sessionToken, idempotencyKey: this.key() };
      return yield* this.asked(`${will} other seats`, () =>
        world.get(SeatOfferAnswers)[will](this.who?.principal, input),
      );
    }
  }

  private async *later(orderId: string): Minutes {
    const { world, dice } = this;
    const what = dice.weighted({ cancelOne: 25, cancelAll: 20, exchange: 25, transfer: 12, dispute: 20, bounce: 15 });
    if (what === 'dispute') return await this.dispute(orderId);
    if (what === 'bounce') {
      for (const charge of await this.charges(orderId)) world.gateway.bounce(charge);
      return;
    }
    const tickets = await world.get(TicketsService).ofOrder(orderId);
    const valid = tickets.filter(({ state }) => state === TicketState.PAID);
    if (valid.length === 0) return;
    const some = dice.some(valid, what === 'cancelAll' ? valid.length : 1);
    if (what === 'transfer') return await this.transfer(some[0]!);
    if (what === 'exchange') return yield* this.exchange(some);
    yield* this.cancel(some);
  }

  private async *cancel(tickets: Ticket[]): Minutes {
    const input = { ticketIds: tickets.map(({ id }) => id), idempotencyKey: this.key() };
    const admin = { userId: this.world.passengers[0]!.principal.userId, isAdmin: true, memberships: [] };
    const ask = (): Promise<unknown> => this.world.get(CancellationsService).cancel(admin, input);
    yield* this.asked(`give ${tickets.length} tickets back`, ask);
  }

  private async transfer(ticket: Ticket): Promise<void> {
    const { world, who, dice } = this;
    if (!who) return;
    const to = dice.pick(world.passengers);
    const input = { ticketId: ticket.id, email: to.email, idempotencyKey: this.key() };
    await world.attempt(
      `${this.name} passes a ticket on`,
      () => world.get(TransfersService).transfer(who.principal, ticket, input),
      true,
    );
  }

  private async *exchange(tickets: Ticket[]): Minutes {
    const { world, who, dice } = this;
    if (!who) return;
    const trip = dice.pick(world.place.trips);
    const held = await this.hold(trip.bookableId, dice.some(trip.seats, tickets.length));
    if (!held) return;
    const ticketIds = tickets.map(({ id }) => id);
    const input = { ticketIds, ...this.mine(held), idempotencyKey: this.key() };
    yield* this.asked('exchange', () => world.get(ExchangesService).exchangeTickets(who.principal, input));
    const orderId = await this.placed(undefined, held);
    if (!orderId) return;
    yield* this.pay(orderId, held);
    yield* this.answerOffer(orderId, held);
    if (dice.percent(40)) {
      yield dice.between(5, 20 * HOUR);
      yield* this.later(orderId);
    }
  }

  private async dispute(orderId: string): Promise<void> {
    const { world, dice } = this;
    for (const charge of await this.charges(orderId)) {
      if (!world.gateway.dispute(charge)) continue;
      const isWon = dice.percent(45);
      world.later(dice.percent(25) ? 0 : dice.between(10, 60 * HOUR), `the dispute about charge ${charge.index}`, () =>
        world.gateway.decide(charge, isWon),
      );
    }
  }

  /** Where the passenger is sent to pay. */
  private async charge(orderId: string): Promise<Charge | undefined> {
    const payment = (await this.payments(orderId)).find(({ payUrl }) => payUrl !== null);
    return this.world.gateway.find(payment?.providerReference ?? null);
  }

  private async charges(orderId: string): Promise<Charge[]> {
    const payments = await this.payments(orderId);
    return payments.flatMap(({ providerReference }) => this.world.gateway.find(providerReference) ?? []);
  }

  private async payments(orderId: string): Promise<Payment[]> {
    return await this.world.get(PaymentsService).of(orderId);
  }

  private mine({ id }: Reservation): { reservationId: string; sessionToken: string } {
    return { reservationId: id, sessionToken: this.world.get(SessionTokens).of(id) };
  }

  private key(): string {
    this.keys += 1;
    return `life ${this.world.name} ${this.index} ${this.keys}`;
  }

  get name(): string {
    return `life ${this.index}`;
  }
}
