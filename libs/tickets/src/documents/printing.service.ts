import { Injectable } from '@nestjs/common';
import { QrTokens } from '../qr-tokens.js';
import { type Ticket, TicketState } from '../ticket.entity.js';
import { TicketsService } from '../tickets.service.js';
import { TicketDetailsService } from './ticket-details.service.js';
import { TicketDocuments } from './ticket-documents.js';
import { ticketPage } from './ticket-page.js';
import { TicketPress } from './ticket-press.js';

/** Makes the PDFs of paid tickets. */
@Injectable()
export class PrintingService {
  constructor(
    private readonly tickets: TicketsService,
    private readonly details: TicketDetailsService,
    private readonly qrTokens: QrTokens,
    private readonly press: TicketPress,
    private readonly documents: TicketDocuments,
  ) {}

  /**
   * One document per valid ticket of the order, and one with all that the buyer still has: what was passed on is the
   * new owner's alone. Doing it again writes the same files again and publishes again. Nothing happens for an order
   * whose tickets were all given back meanwhile.
   */
  async printOrder(orderId: string): Promise<void> {
    const tickets = (await this.tickets.ofOrder(orderId)).filter(isValid);
    const isPassedOn = await this.tickets.passedOn(tickets);
    await this.print(
      orderId,
      tickets.filter(({ id }) => !isPassedOn.has(id)),
      true,
    );
    await this.print(
      orderId,
      tickets.filter(({ id }) => isPassedOn.has(id)),
      false,
    );
  }

  private async print(orderId: string, tickets: Ticket[], isBuyers: boolean): Promise<void> {
    if (tickets.length === 0) return;
    const details = await this.details.of(tickets);
    const pages = details.map((one) => ticketPage(one, this.qrTokens.of(one.ticket)));
    const printed = await this.press.print({ title: `Ticket: ${details[0]!.title}`, pages });
    await this.documents.keep(orderId, tickets, printed, isBuyers);
  }
}

function isValid({ state }: Ticket): boolean {
  return state === TicketState.PAID || state === TicketState.USED;
}
