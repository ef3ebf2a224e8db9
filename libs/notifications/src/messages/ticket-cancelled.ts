import { formatMoney, localDateTime } from '#kernel';
import type { TicketDetails } from '#tickets';
import { type Letter, letter } from './letter.js';
import { placeOf } from './order-confirmation.js';

/** @param refundMinor what goes back, in minor units of the ticket's currency; may be 0 */
export function ticketCancelled(details: TicketDetails, refundMinor: number, isCalledOff: boolean): Letter {
  const { ticket, organizationName, orderNumber } = details;
  const refund = formatMoney({ amountMinor: refundMinor, currency: ticket.currency });
  return letter({
    subject: `Cancelled: ticket ${ticket.number}, ${placeOf(details)}`,
    sender: organizationName,
    blocks: [
      isCalledOff
        ? `We are sorry: ${details.title} does not take place. Your ticket ${ticket.number} is cancelled, and you get everything back that you paid for it, fees included.`
        : `Your ticket ${ticket.number} is cancelled. Its code is refused from now on, and its place is free for others.`,
      { headline: placeOf(details), below: localDateTime(ticket.startsAt, ticket.timeZone) },
      {
        facts: [
          [ticket.areaId ? 'Area' : 'Seat', ticket.seatLabel],
          ['Order', orderNumber],
          ['Paid', formatMoney({ amountMinor: ticket.priceMinor, currency: ticket.currency })],
          ['Refund', refund],
        ],
      },
      refundMinor > 0
        ? `We pay back ${refund} the way you paid, and write to you when it is done.`
        : 'It was too close to the start for a refund by the terms on your ticket.',
    ],
  });
}
