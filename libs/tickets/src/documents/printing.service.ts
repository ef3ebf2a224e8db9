import { Injectable } from '@nestjs/common';
import { Database, DomainEvents, Storage } from '#platform';
import { QrTokens } from '../qr-tokens.js';
import { type Ticket, TicketState } from '../ticket.entity.js';
import { TicketsRendered } from '../ticket.events.js';
import { TicketsService } from '../tickets.service.js';
import { TicketDetailsService } from './ticket-details.service.js';
import { ticketPage } from './ticket-page.js';
import { TicketPress } from './ticket-press.js';

/** Where the PDF of one ticket lies. A ticket whose QR code changed has another serial, and so another file. */
export function ticketDocumentKey({ id, serial }: Pick<Ticket, 'id' | 'serial'>): string {
  return `tickets/${id}-${serial}.pdf`;
}

/** Where the PDF with all tickets of an order lies, one page each. */
export function orderDocumentKey(orderId: string): string {
  return `orders/${orderId}.pdf`;
}

/** Makes the PDFs of paid tickets and puts them into the storage. */
@Injectable()
export class PrintingService {
  constructor(
    private readonly tickets: TicketsService,
    private readonly details: TicketDetailsService,
    private readonly qrTokens: QrTokens,
    private readonly press: TicketPress,
    private readonly storage: Storage,
    private readonly database: Database,
    private readonly events: DomainEvents,
  ) {}

  /**
   * One document per valid ticket of the order, and one with all. Doing it again writes the same files again and
   * publishes again. Nothing happens for an order whose tickets were all given back meanwhile.
   */
  async printOrder(orderId: string): Promise<void> {
    const tickets = (await this.tickets.ofOrder(orderId)).filter(isValid);
    if (tickets.length === 0) return;
    const details = await this.details.of(tickets);
    const { title } = details[0]!;
    const pages = details.map((one) => ticketPage(one, this.qrTokens.of(one.ticket)));
    const { each, all } = await this.press.print({ title: `Ticket: ${title}`, pages });
    await Promise.all([
      ...tickets.map((ticket, index) => this.store(ticketDocumentKey(ticket), each[index]!)),
      this.store(orderDocumentKey(orderId), all),
    ]);
    await this.database.transaction(async () => {
      await this.database.query(
        `UPDATE tickets t SET document_key = made.key FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS made (id, serial, key)
         WHERE t.id = made.id AND t.serial = made.serial`,
        [tickets.map(({ id }) => id), tickets.map(({ serial }) => serial), tickets.map(ticketDocumentKey)],
      );
      await this.events.publish(new TicketsRendered(orderId));
    });
  }

  private async store(key: string, body: Buffer): Promise<void> {
    await this.storage.put(key, { body, contentType: 'application/pdf' });
  }
}

function isValid({ state }: Ticket): boolean {
  return state === TicketState.PAID || state === TicketState.USED;
}
