import { Injectable } from '@nestjs/common';
import { Database, badInput, unauthenticated } from '#platform';
import { AccountsService, type Principal } from '#identity';
import { BookablesService } from '#catalogue';
import { FundsService, PaymentsService } from '#payments';
import { BookingSessionService } from './booking-session.service.js';
import { Order, OrderState } from './order.entity.js';
import { type Exchange, OrderPlacement } from './order-placement.js';
import type { CheckOutInput, ContactInput } from './reservation.inputs.js';
import { TotalChanged } from './reservation.refusals.js';
import type { Reservation } from './reservation.entity.js';
import { SettlementService } from './settlement.service.js';

/** What is asked for, and what the passenger was told that it costs. */
type CheckOut = CheckOutInput & { expectedDueMinor?: number };

/** Turns a reservation into an order that waits for its payment. */
@Injectable()
export class CheckOutService {
  constructor(
    private readonly database: Database,
    private readonly sessions: BookingSessionService,
    private readonly accounts: AccountsService,
    private readonly bookables: BookablesService,
    private readonly placement: OrderPlacement,
    private readonly payments: PaymentsService,
    private readonly funds: FundsService,
    private readonly settlement: SettlementService,
  ) {}

  /**
   * One order for each reservation: checking out again gives the same one, with a new payment if the last was declined.
   * @throws ReservationEnded, QuoteOutdated, PromoCodeUnknown, PromoCodeNotValid, TotalChanged, LimitExceeded; NOT_FOUND; BAD_USER_INPUT without a contact
   */
  async checkOut(principal: Principal | undefined, input: CheckOut, exchange?: Exchange): Promise<Order> {
    const contact = await this.contact(principal, input);
    const reservation = await this.sessions.read(principal, input.reservationId, input.sessionToken);
    await this.sessions.once('check-out', input, reservation, async (locked) => {
      this.sessions.mustBeActive(locked);
      const order = (await this.orderOf(locked)) ?? (await this.placement.place(locked, contact, input, exchange));
      mustBe(order.totalMinor, input.expectedTotalMinor);
      mustBe(order.dueMinor, input.expectedDueMinor);
      if (order.state === OrderState.PENDING && order.dueMinor === 0) await this.settlement.settle(order.id);
    });
    const order = (await this.orderOf(reservation))!;
    if (order.state !== OrderState.PENDING) return order;
    const { title } = await this.bookables.get(order.bookableId);
    const missing = order.dueMinor - (await this.funds.open(order.id, order.currency));
    // After the commit: the provider is reached over a network.
    if (missing > 0) await this.payments.begin(order.id, missing, order.currency, `${order.number} · ${title}`);
    return (await this.orderOf(reservation))!;
  }

  private async orderOf({ id }: Reservation): Promise<Order | null> {
    return await this.database.repository(Order).findOneBy({ reservationId: id });
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
