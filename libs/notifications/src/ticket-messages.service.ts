import { Injectable } from '@nestjs/common';
import { Config, Database, Storage } from '#platform';
import { AccountsService } from '#identity';
import { Order } from '#reservations';
import { Ticket, type TicketDetails, TicketDetailsService, TicketState, calendarOf, orderDocumentKey } from '#tickets';
import { type Attachment, MailingService } from './mailing.service.js';
import { orderConfirmation } from './messages/order-confirmation.js';
import { ticketCancelled } from './messages/ticket-cancelled.js';
import { ticketTransferred } from './messages/ticket-transferred.js';

/** Messages to who bought tickets. */
@Injectable()
export class TicketMessagesService {
  constructor(
    private readonly database: Database,
    private readonly details: TicketDetailsService,
    private readonly storage: Storage,
    private readonly mailing: MailingService,
    private readonly config: Config,
    private readonly accounts: AccountsService,
  ) {}

  /** The confirmation, with the PDF of all tickets and the calendar. Nothing when all were given back meanwhile. */
  async confirm(orderId: string): Promise<void> {
    const tickets = await this.database.repository(Ticket).find({ where: { orderId }, order: { lineItemId: 'ASC' } });
    const valid = await this.details.of(
      tickets.filter(({ state }) => state === TicketState.PAID || state === TicketState.USED),
    );
    if (valid.length === 0) return;
    const order = await this.database.repository(Order).findOneByOrFail({ id: orderId });
    const document = await this.storage.get(orderDocumentKey(orderId));
    if (!document)
      throw new Error(
        `the tickets of order ${order.number} were printed, but ${orderDocumentKey(orderId)} is not there`,
      );
    await this.mailing.send({
      dedupeKey: `order-confirmation:${orderId}`,
      kind: 'order-confirmation',
      to: { name: order.name, address: order.email },
      replyTo: valid[0]!.organizationEmail,
      letter: orderConfirmation(valid),
      attachments: [
        { filename: `tickets-${order.number}.pdf`, content: document.body, contentType: 'application/pdf' },
        this.calendar(valid, `tickets-${order.number}.ics`),
      ],
    });
  }

  /** A ticket was given back; its entry in the calendar is struck out. */
  async cancelled(ticketId: string, refundMinor: number, isCalledOff = false): Promise<void> {
    const [details] = await this.details.of(await this.database.repository(Ticket).findBy({ id: ticketId }));
    if (!details) return;
    const order = await this.database.repository(Order).findOneByOrFail({ id: details.ticket.orderId });
    await this.mailing.send({
      dedupeKey: `ticket-cancelled:${ticketId}`,
      kind: 'ticket-cancelled',
      to: { name: order.name, address: order.email },
      replyTo: details.organizationEmail,
      letter: ticketCancelled(details, refundMinor, isCalledOff),
      attachments: [this.calendar([details], `cancelled-${details.ticket.number}.ics`)],
    });
  }

  /** To both: whose it was, and whose it is. */
  async transferred(ticketId: string, fromUserId: string, toUserId: string, eventId: string): Promise<void> {
    const [details] = await this.details.of(await this.database.repository(Ticket).findBy({ id: ticketId }));
    const [from, to] = [await this.accounts.find(fromUserId), await this.accounts.find(toUserId)];
    if (!details || !from || !to) return;
    for (const person of [from, to]) {
      const isNew = person === to;
      await this.mailing.send({
        dedupeKey: `ticket-transferred:${eventId}:${person.id}`,
        kind: 'ticket-transferred',
        to: { name: person.name, address: person.email },
        replyTo: details.organizationEmail,
        letter: ticketTransferred(details, isNew ? from.name : to.name, isNew),
      });
    }
  }

  private calendar(tickets: TicketDetails[], filename: string): Attachment {
    const content = calendarOf(tickets, new URL(this.config.publicUrl).hostname);
    return { filename, content, contentType: 'text/calendar; charset=utf-8; method=PUBLISH' };
  }
}
