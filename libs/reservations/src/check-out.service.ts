import { Injectable } from '@nestjs/common';
import { Database, Gathering, Idempotency, badInput, unauthenticated } from '#platform';
import { AccountsService, type Principal } from '#identity';
import { type Bill, FundsService, type Payment, PaymentsService } from '#payments';
import { BookingSessionService, keyOf } from './booking-session.service.js';
import { Offers } from './inventory/offers.js';
import { Order, OrderState } from './order.entity.js';
import { type Exchange, OrderPlacement } from './order-placement.js';
import type { CheckOutInput, ContactInput } from './reservation.inputs.js';
import { TotalChanged } from './reservation.refusals.js';
import { SettlementService } from './settlement.service.js';

/** What is asked for, and what the passenger was told that it costs. */
type CheckOut = CheckOutInput & { expectedDueMinor?: number };

interface Asked {
  principal: Principal | undefined;
  input: CheckOut;
  contact: ContactInput;
  exchange?: Exchange | undefined;
}

/** The order, and the payment that it waits for. */
interface CheckedOut {
  order: Order;
  payment: Payment | undefined;
}

/** Turns reservations into orders that wait for their payment. Those that come at the same time share a transaction. */
@Injectable()
export class CheckOutService {
  private readonly gathering: Gathering<Asked, CheckedOut>;

  constructor(
    private readonly database: Database,
    private readonly idempotency: Idempotency,
    private readonly sessions: BookingSessionService,
    private readonly accounts: AccountsService,
    private readonly offers: Offers,
    private readonly placement: OrderPlacement,
    private readonly payments: PaymentsService,
    private readonly funds: FundsService,
    private readonly settlement: SettlementService,
  ) {
    this.gathering = new Gathering(
      (asked) => this.checkOutAll(asked),
      ({ input }) => input.reservationId,
      // A promo code is looked up for whoever asks: so many wrong ones may be tried.
      ({ input }) => input.promoCode !== undefined,
    );
  }

  /**
   * One order for each reservation: checking out again gives the same one, with a new payment if the last was declined.
   * @throws ReservationEnded, QuoteOutdated, PromoCodeUnknown, PromoCodeNotValid, TotalChanged, LimitExceeded; NOT_FOUND; BAD_USER_INPUT without a contact; BUSY
   */
  async checkOut(principal: Principal | undefined, input: CheckOut, exchange?: Exchange): Promise<Order> {
    const reservationId = input.reservationId.toLowerCase();
    const contact = await this.contact(principal, input);
    const asked = { principal, input: { ...input, reservationId }, contact, exchange };
    const { order, payment } = await this.gathering.submit(asked);
    // After the commit: the provider is reached over a network.
    if (payment) await this.payments.open(payment, `${order.number} · ${await this.titleOf(order)}`);
    return order;
  }

  /** All of them, of different reservations, or none. */
  private async checkOutAll(asked: Asked[]): Promise<CheckedOut[]> {
    return await this.database.transactionByKey(async () => {
      const reservations = await this.sessions.lock(
        asked.map(({ principal, input }) => ({ principal, id: input.reservationId, token: input.sessionToken })),
        asked.flatMap(({ exchange }) => exchange?.fromReservationId ?? []),
      );
      const isFirst = await this.idempotency.claim(
        asked.map(({ input }) => keyOf('check-out', input.reservationId, input)),
      );
      const orders = await this.ordersOf(asked.map(({ input }) => input.reservationId));
      const first = asked.filter((_, index) => isFirst[index]);
      for (const { input } of first) this.sessions.mustBeActive(reservations.get(input.reservationId)!);
      const toPlace = first.filter(({ input }) => !orders.has(input.reservationId));
      const placed = await this.placement.place(
        toPlace.map((one) => ({ ...one, reservation: reservations.get(one.input.reservationId)! })),
      );
      for (const order of placed) orders.set(order.reservationId, order);
      for (const { input } of first) {
        const { totalMinor, dueMinor } = orders.get(input.reservationId)!;
        mustBe(totalMinor, input.expectedTotalMinor);
        mustBe(dueMinor, input.expectedDueMinor);
      }
      const [all, isNew] = [[...orders.values()], new Set(placed.map(({ id }) => id))];
      const settled = await this.settleFree(all);
      const payments = await this.payable(
        all.filter(({ id }) => !settled.has(id)),
        isNew,
      );
      return asked.map(({ input }) => {
        const order = orders.get(input.reservationId)!;
        return { order: settled.get(order.id) ?? order, payment: payments.get(order.id) };
      });
    });
  }

  /** What costs nothing is paid. @returns as they are now */
  private async settleFree(orders: Order[]): Promise<Map<string, Order>> {
    const free = orders.filter(({ state, dueMinor }) => state === OrderState.PENDING && dueMinor === 0);
    if (free.length === 0) return new Map();
    await this.settlement.settle(free.map(({ id }) => id));
    const settled = await this.ordersOf(free.map(({ reservationId }) => reservationId));
    return new Map([...settled.values()].map((order) => [order.id, order]));
  }

  /** The payments that these orders wait for. For what was placed just now nothing can have come in. */
  private async payable(orders: Order[], isNew: Set<string>): Promise<Map<string, Payment>> {
    const pending = orders.filter(({ state }) => state === OrderState.PENDING);
    const bills = new Map<string, Bill>();
    for (const { id, dueMinor, currency } of pending) {
      const missing = isNew.has(id) ? dueMinor : dueMinor - (await this.funds.open(id, currency));
      if (missing > 0) bills.set(id, { reference: id, amountMinor: missing, currency });
    }
    return await this.payments.prepare([...bills.values()]);
  }

  private async ordersOf(reservationIds: string[]): Promise<Map<string, Order>> {
    const orders = await this.database
      .repository(Order)
      .createQueryBuilder('order')
      .where('order.reservationId = ANY(:reservationIds)', { reservationIds })
      .getMany();
    return new Map(orders.map((order) => [order.reservationId, order]));
  }

  private async titleOf({ bookableId }: Order): Promise<string> {
    return (await this.offers.of(bookableId)).bookable.title;
  }

  private async contact(principal: Principal | undefined, { contact }: CheckOut): Promise<ContactInput> {
    if (contact) return contact;
    if (!principal) throw badInput('Say whom the tickets are for: name and e-mail address.', 'contact');
    const user = await this.accounts.find(principal.userId);
    if (!user) throw unauthenticated();
    return { name: user.name, email: user.email, phone: user.phone ?? undefined };
  }
}

/** @throws TotalChanged */
function mustBe(amountMinor: number, expectedMinor: number | undefined): void {
  if (expectedMinor !== undefined && expectedMinor !== amountMinor) throw new TotalChanged(amountMinor);
}
