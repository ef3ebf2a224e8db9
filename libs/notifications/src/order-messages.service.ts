import { Injectable } from '@nestjs/common';
import { localDateTime } from '#kernel';
import { Config, Database } from '#platform';
import { AccountsService } from '#identity';
import { BookablesService, OrganizationsService } from '#catalogue';
import { Payment, PaymentsService, Refund } from '#payments';
import { Order, type OrderRefused, OrderState, Reservation, ReservationState, SessionTokens } from '#reservations';
import { Ticket } from '#tickets';
import { MailingService } from './mailing.service.js';
import type { Letter } from './messages/letter.js';
import { orderApproved } from './messages/order-approved.js';
import { orderRefused } from './messages/order-refused.js';
import { orderRejected } from './messages/order-rejected.js';
import { refundSettled } from './messages/refund-settled.js';
import { reservationExpired } from './messages/reservation-expired.js';
import { seatsOffered } from './messages/seats-offered.js';

/** Messages about reservations and orders that came to nothing, and about money that goes back. */
@Injectable()
export class OrderMessagesService {
  constructor(
    private readonly database: Database,
    private readonly bookables: BookablesService,
    private readonly organizations: OrganizationsService,
    private readonly accounts: AccountsService,
    private readonly payments: PaymentsService,
    private readonly mailing: MailingService,
    private readonly tokens: SessionTokens,
    private readonly config: Config,
  ) {}

  /** The payment came when the places were gone, or nobody wanted them any more. */
  async refused(orderId: string, reason: OrderRefused['reason']): Promise<void> {
    await this.write('order-refused', orderId, (order, title, sender) =>
      orderRefused(sender, title, order.number, { amountMinor: order.totalMinor, currency: order.currency }, reason),
    );
  }

  /** Its link answers for the passenger: nobody else gets it, and the log does not keep it. */
  async seatsOffered(orderId: string): Promise<void> {
    const order = await this.database.repository(Order).findOneByOrFail({ id: orderId });
    if (order.state !== OrderState.OFFERED) return;
    const { expiresAt } = await this.database.repository(Reservation).findOneByOrFail({ id: order.reservationId });
    const moves = await this.database.query<{ from: string; to: string }>(
      `SELECT f.label AS from, t.label AS to FROM offered_seats o JOIN seats f ON f.id = o.from_seat_id JOIN seats t ON t.id = o.to_seat_id
       WHERE o.order_id = $1 ORDER BY f.ordinal`,
      [orderId],
    );
    const link = `${this.config.publicUrl}/orders/${orderId}?token=${this.tokens.of(order.reservationId)}`;
    await this.write('seats-offered', orderId, ({ number }, title, sender, timeZone) =>
      seatsOffered(sender, title, number, { moves, until: localDateTime(expiresAt, timeZone), link }),
    );
  }

  /** The organiser agrees. A page of its own to pay on is opened when the passenger checks out again. */
  async approved(orderId: string): Promise<void> {
    const order = await this.database.repository(Order).findOneByOrFail({ id: orderId });
    if (order.state !== OrderState.PENDING) return;
    const { expiresAt } = await this.database.repository(Reservation).findOneByOrFail({ id: order.reservationId });
    const payment = await this.payments.begin(orderId, order.totalMinor, order.currency, order.number);
    await this.write('order-approved', orderId, ({ number, totalMinor, currency }, title, sender, timeZone) =>
      orderApproved(sender, title, number, {
        total: { amountMinor: totalMinor, currency },
        payUrl: payment.payUrl!,
        until: localDateTime(expiresAt, timeZone),
      }),
    );
  }

  async rejected(orderId: string, reason: string): Promise<void> {
    await this.write('order-rejected', orderId, ({ number }, title, sender) =>
      orderRejected(sender, title, number, reason),
    );
  }

  /** The provider has paid back. */
  async refunded(refundId: string): Promise<void> {
    const refund = await this.database.repository(Refund).findOneByOrFail({ id: refundId });
    const payment = await this.database.repository(Payment).findOneByOrFail({ id: refund.paymentId });
    // What is paid for is an order, whatever the reason of the refund.
    const order = await this.database.repository(Order).findOneByOrFail({ id: refund.reference ?? payment.reference });
    const organization = await this.organizations.get(order.organizationId);
    const ticketId = /^ticket:([^#]+)/.exec(refund.reasonKey)?.[1];
    const ticket = ticketId && (await this.database.repository(Ticket).findOneBy({ id: ticketId }));
    const forWhat = ticket ? `ticket ${ticket.number} of order ${order.number}` : `order ${order.number}`;
    const amount = { amountMinor: refund.amountMinor, currency: refund.currency };
    await this.mailing.send({
      dedupeKey: `refund-settled:${refundId}`,
      kind: 'refund-settled',
      to: { name: order.name, address: order.email },
      replyTo: organization.email,
      letter: refundSettled(organization.name, amount, forWhat),
    });
  }

  /** Whoever only looked, without an account, left no address. A payment that came in the meantime needs no such message. */
  async expired(reservationId: string): Promise<void> {
    const reservation = await this.database.repository(Reservation).findOneByOrFail({ id: reservationId });
    const order = await this.database.repository(Order).findOneBy({ reservationId });
    if (reservation.state !== ReservationState.EXPIRED || (order && order.state !== OrderState.EXPIRED)) return;
    const account = reservation.userId && !order ? await this.accounts.find(reservation.userId) : null;
    const person = order ?? account;
    if (!person) return;
    const bookable = await this.bookables.get(reservation.bookableId);
    const organization = await this.organizations.get(reservation.organizationId);
    const boarding = await this.bookables.boardingTime(bookable, reservation.legs);
    await this.mailing.send({
      dedupeKey: `reservation-expired:${reservationId}`,
      kind: 'reservation-expired',
      to: { name: person.name, address: person.email },
      replyTo: organization.email,
      letter: reservationExpired(
        organization.name,
        bookable.title,
        localDateTime(boarding, bookable.timeZone),
        order?.number,
      ),
    });
  }

  private async write(
    kind: string,
    orderId: string,
    letterOf: (order: Order, title: string, sender: string, timeZone: string) => Letter,
  ): Promise<void> {
    const order = await this.database.repository(Order).findOneByOrFail({ id: orderId });
    const organization = await this.organizations.get(order.organizationId);
    const { title, timeZone } = await this.bookables.get(order.bookableId);
    await this.mailing.send({
      dedupeKey: `${kind}:${orderId}`,
      kind,
      to: { name: order.name, address: order.email },
      replyTo: organization.email,
      letter: letterOf(order, title, organization.name, timeZone),
    });
  }
}
