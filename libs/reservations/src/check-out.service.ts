import { Injectable } from '@nestjs/common';
import { Clock, newId, newNumber } from '#kernel';
import { Database, DomainEvents, badInput, unauthenticated } from '#platform';
import { AccountsService, type Principal } from '#identity';
import { BookablesService } from '#catalogue';
import { PaymentsService } from '#payments';
import { ConfirmationService } from './confirmation.service.js';
import { LineItem, Order, OrderState } from './order.entity.js';
import { OrderPlaced } from './reservation.events.js';
import type { CheckOutInput, ContactInput } from './reservation.inputs.js';
import { ReservationEnded, TotalChanged } from './reservation.refusals.js';
import { Reservation, ReservationState } from './reservation.entity.js';
import { SessionTokens } from './session-tokens.js';

/** Turns a reservation into an order that waits for its payment. */
@Injectable()
export class CheckOutService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly tokens: SessionTokens,
    private readonly accounts: AccountsService,
    private readonly bookables: BookablesService,
    private readonly payments: PaymentsService,
    private readonly confirmation: ConfirmationService,
    private readonly events: DomainEvents,
  ) {}

  /**
   * One order for each reservation: checking out again gives the same one, with a new payment if the last was declined.
   * @throws ReservationEnded, TotalChanged; NOT_FOUND; BAD_USER_INPUT without a contact
   */
  async checkOut(principal: Principal | undefined, input: CheckOutInput): Promise<Order> {
    const contact = await this.contact(principal, input);
    const order = await this.database.transaction(async () => {
      const reservation = await this.lockReservation(principal, input);
      const order =
        (await this.database.repository(Order).findOneBy({ reservationId: reservation.id })) ??
        (await this.place(reservation, contact));
      if (input.expectedTotalMinor !== undefined && input.expectedTotalMinor !== order.totalMinor)
        throw new TotalChanged(order.totalMinor);
      if (order.totalMinor === 0 && order.state === OrderState.PENDING) await this.confirmation.confirm(order.id);
      return order;
    });
    if (order.totalMinor > 0) {
      const { title } = await this.bookables.get(order.bookableId);
      // After the commit: the provider is reached over a network.
      await this.payments.begin(order.id, order.totalMinor, order.currency, `${order.number} · ${title}`);
    }
    return await this.database.repository(Order).findOneByOrFail({ id: order.id });
  }

  private async lockReservation(
    principal: Principal | undefined,
    { reservationId, sessionToken }: CheckOutInput,
  ): Promise<Reservation> {
    const reservation = await this.database
      .repository(Reservation)
      .findOne({ where: { id: reservationId }, lock: { mode: 'pessimistic_write' } });
    this.tokens.check(reservation, reservationId, principal, sessionToken);
    if (reservation.stateAt(this.clock.now()) !== ReservationState.ACTIVE) {
      throw new ReservationEnded('This reservation has ended. Choose seats again.');
    }
    return reservation;
  }

  private async place(reservation: Reservation, contact: ContactInput): Promise<Order> {
    const now = this.clock.now();
    const lines = await this.database.query<Pick<LineItem, 'seatId' | 'tierId' | 'description' | 'priceMinor'>>(
      `SELECT c.seat_id AS "seatId", c.tier_id AS "tierId", 'Seat ' || s.label || ', ' || t.name AS description, c.price_minor AS "priceMinor"
       FROM seat_claims c JOIN seats s ON s.id = c.seat_id JOIN tiers t ON t.id = c.tier_id
       WHERE c.reservation_id = $1 ORDER BY s.ordinal`,
      [reservation.id],
    );
    const { currency } = await this.bookables.get(reservation.bookableId);
    const order: Order = {
      id: newId(),
      number: newNumber(),
      reservationId: reservation.id,
      bookableId: reservation.bookableId,
      organizationId: reservation.organizationId,
      userId: reservation.userId,
      name: contact.name,
      email: contact.email,
      phone: contact.phone ?? null,
      currency,
      totalMinor: lines.reduce((total, { priceMinor }) => total + priceMinor, 0),
      state: OrderState.PENDING,
      createdAt: now,
      paidAt: null,
      endedAt: null,
    };
    await this.database.repository(Order).insert(order);
    await this.database.repository(LineItem).insert(
      lines.map((line, position) => ({
        id: newId(),
        orderId: order.id,
        position,
        ...line,
        totalMinor: line.priceMinor,
      })),
    );
    await this.events.publish(new OrderPlaced(order.id));
    return order;
  }

  private async contact(principal: Principal | undefined, { contact }: CheckOutInput): Promise<ContactInput> {
    if (contact) return contact;
    if (!principal) throw badInput('Say whom the tickets are for: name and e-mail address.', 'contact');
    const user = await this.accounts.find(principal.userId);
    if (!user) throw unauthenticated();
    return { name: user.name, email: user.email, phone: user.phone ?? undefined };
  }
}
