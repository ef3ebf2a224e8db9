import { localDateTime } from '#kernel';
import type { TicketDetails } from '#tickets';
import { type Letter, letter } from './letter.js';
import { placeOf } from './order-confirmation.js';

/** @param other the one who gave it or got it. @param isNew to the one who has it now */
export function ticketTransferred(details: TicketDetails, other: string, isNew: boolean): Letter {
  const { ticket, organizationName } = details;
  return letter({
    subject: isNew
      ? `${other} gave you a ticket: ${placeOf(details)}`
      : `Ticket ${ticket.number} belongs to ${other} now`,
    sender: organizationName,
    blocks: [
      isNew
        ? `${other} gave you ticket ${ticket.number}. You find it with its code under your tickets.`
        : `You gave ticket ${ticket.number} to ${other}. The code that you have is refused from now on.`,
      { headline: placeOf(details), below: localDateTime(ticket.startsAt, ticket.timeZone) },
      { facts: [[ticket.areaId ? 'Area' : 'Seat', ticket.seatLabel]] },
      isNew
        ? 'If you do not know why, ask the sender; you can also cancel it under its terms, and the money goes back to whoever paid.'
        : 'If this was not you, answer this message at once.',
    ],
  });
}
