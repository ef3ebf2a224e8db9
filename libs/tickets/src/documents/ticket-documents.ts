import { Injectable } from '@nestjs/common';
import { Database, DomainEvents, Storage } from '#platform';
import type { Ticket } from '../ticket.entity.js';
import { TicketsRendered } from '../ticket.events.js';
import type { Printed } from './ticket-press.js';

/** Where the PDF of one ticket lies. A ticket whose QR code changed has another serial, and so another file. */
export function ticketDocumentKey({ id, serial }: Pick<Ticket, 'id' | 'serial'>): string {
  return `tickets/${id}-${serial}.pdf`;
}

/** Where the PDF with all tickets of an order lies, one page each. */
export function orderDocumentKey(orderId: string): string {
  return `orders/${orderId}.pdf`;
}

/** Keeps the PDFs of an order in the storage. */
@Injectable()
export class TicketDocuments {
  constructor(
    private readonly storage: Storage,
    private readonly database: Database,
    private readonly events: DomainEvents,
  ) {}

  /**
   * First the files, then the word that they are there. Again: the same files, and the word again.
   * @param isBuyers they are those that the buyer of the order has; otherwise they are nobody's business but their owner's
   */
  async keep(orderId: string, tickets: Ticket[], { each, all }: Printed, isBuyers: boolean): Promise<void> {
    await Promise.all([
      ...tickets.map((ticket, index) => this.store(ticketDocumentKey(ticket), each[index]!)),
      isBuyers && this.store(orderDocumentKey(orderId), all),
    ]);
    await this.database.transaction(async () => {
      await this.database.query(
        `UPDATE tickets t SET document_key = made.key FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS made (id, serial, key)
         WHERE t.id = made.id AND t.serial = made.serial`,
        [tickets.map(({ id }) => id), tickets.map(({ serial }) => serial), tickets.map(ticketDocumentKey)],
      );
      if (isBuyers) await this.events.publish(new TicketsRendered(orderId));
    });
  }

  private async store(key: string, body: Buffer): Promise<void> {
    await this.storage.put(key, { body, contentType: 'application/pdf' });
  }
}
