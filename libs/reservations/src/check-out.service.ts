import { Injectable } from '@nestjs/common';
import { Clock, newId, newNumber } from '#kernel';
import { Database, DomainEvents, badInput, unauthenticated } from '#platform';
import { AccountsService, type Principal } from '#identity';
import { BookablesService } from '#catalogue';
import { PaymentsService } from '#payments';
import { BookingSessionService } from './booking-session.service.js';
import { ConfirmationService } from './confirmation.service.js';
import { LineItem, Order, OrderState } from './order.entity.js';
import { OrderPlaced } from './reservation.events.js';
import type { CheckOutInput, ContactInput } from './reservation.inputs.js';
import { LimitExceeded, TotalChanged } from './reservation.refusals.js';
import type { Reservation } from './reservation.entity.js';

/** Turns a reservation into an order that waits for its payment. */
@Injectable()
export class CheckOutService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly sessions: BookingSessionService,
    private readonly accounts: AccountsService,
    private readonly bookables: BookablesService,
    private readonly payments: PaymentsService,
    private readonly confirmation: ConfirmationService,
    private readonly events: DomainEvents,
  ) {}

  /**
   * One order for each reservation: checking out again gives the same one, with a new payment if the last was declined.
   * @throws ReservationEnded, TotalChanged, LimitExceeded; NOT_FOUND; BAD_USER_INPUT without a contact
   */
  async checkOut(principal: Principal | undefined, input: CheckOutInput): Promise<Order> {
    const contact = await this.contact(principal, input);
    const reservation = await this.sessions.read(principal, input.reservationId, input.sessionToken);
    await this.sessions.once('check-out', input, reservation, async (locked) => {
      this.sessions.mustBeActive(locked);
      const order = (await this.orderOf(locked)) ?? (await this.place(locked, contact));
      if (input.expectedTotalMinor !== undefined && input.expectedTotalMinor !== order.totalMinor)
        throw new TotalChanged(order.totalMinor);
      if (order.totalMinor === 0) await this.confirmation.confirm(order.id);
    });
    const order = (await this.orderOf(reservation))!;
    if (order.state !== OrderState.PENDING) return order;
    const { title } = await this.bookables.get(order.bookableId);
    // After the commit: the provider is reached over a network.
    await this.payments.begin(order.id, order.totalMinor, order.currency, `${order.number} · ${title}`);
    return (await this.orderOf(reservation))!;
  }

  private async orderOf({ id }: Reservation): Promise<Order | null> {
    return await this.database.repository(Order).findOneBy({ reservationId: id });
  }

  private async place(reservation: Reservation, contact: ContactInput): Promise<Order> {
    const now = this.clock.now();
    await this.checkGroups(reservation.id);
    const lines = await this.database.query<
      Pick<LineItem, 'seatId' | 'areaId' | 'tierId' | 'description' | 'priceMinor'>
    >(
      `SELECT p.seat_id AS "seatId", p.area_id AS "areaId", p.tier_id AS "tierId",
         coalesce('Seat ' || s.label, a.name) || ', ' || t.name AS description, p.price_minor AS "priceMinor"
       FROM reservation_places p JOIN tiers t ON t.id = p.tier_id
       LEFT JOIN seats s ON s.id = p.seat_id LEFT JOIN areas a ON a.id = p.area_id
       WHERE p.reservation_id = $1 ORDER BY s.ordinal, a.name, p.position`,
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

  /** A tier may be sold only to so many at once; places may have been given back since it was reserved. */
  private async checkGroups(reservationId: string): Promise<void> {
    const [short] = await this.database.query<{ name: string; least: number }>(
      `SELECT t.name, t.min_per_order AS least FROM reservation_places p JOIN tiers t ON t.id = p.tier_id
       WHERE p.reservation_id = $1 GROUP BY t.id HAVING count(*) < t.min_per_order ORDER BY t.position LIMIT 1`,
      [reservationId],
    );
    if (short) throw new LimitExceeded(`At least ${short.least} places of ${short.name} in one order.`);
  }

  private async contact(principal: Principal | undefined, { contact }: CheckOutInput): Promise<ContactInput> {
    if (contact) return contact;
    if (!principal) throw badInput('Say whom the tickets are for: name and e-mail address.', 'contact');
    const user = await this.accounts.find(principal.userId);
    if (!user) throw unauthenticated();
    return { name: user.name, email: user.email, phone: user.phone ?? undefined };
  }
}
