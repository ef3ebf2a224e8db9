import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import { localTime } from '#kernel';
import type { TicketDetails } from '../documents/ticket-details.service.js';
import { type Ticket, TicketState } from '../ticket.entity.js';

/** How long a calendar program may wait before it asks again. */
const REFRESH_SECONDS = 3600;

/**
 * Tickets as an iCalendar text (RFC 5545), one event each. Times are UTC, so it needs no zone definitions and every
 * program shows them in its owner's zone; the description says the local times of the place. The same tickets give the
 * same text. A ticket that was given back is an event with the status CANCELLED, and then removes its entry.
 *
 * @param domain makes the ids of the entries unique in the world: `<ticket id>@<domain>`, for ever
 */
export function calendarOf(tickets: TicketDetails[], domain: string, name = 'Tickets'): string {
  const calendar = ical({
    name,
    prodId: { company: 'Holdfast', product: 'Tickets', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: REFRESH_SECONDS,
  });
  for (const details of tickets) {
    const { ticket, title, address } = details;
    const gone = ticket.state === TicketState.CANCELLED || ticket.state === TicketState.REFUNDED;
    calendar.createEvent({
      id: `${ticket.id}@${domain}`,
      // Rises with every change: programs keep what has the higher number.
      sequence: Math.max(0, Math.floor((ticket.changedAt.getTime() - ticket.createdAt.getTime()) / 1000)),
      stamp: ticket.changedAt,
      created: ticket.createdAt,
      lastModified: ticket.changedAt,
      start: ticket.startsAt,
      end: ticket.endsAt,
      summary: title,
      location: address ? `${ticket.fromName}, ${address}` : ticket.fromName,
      description: description(details),
      status: gone ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    });
  }
  return calendar.toString();
}

function description({ ticket, orderNumber, organizationName, endsTimeZone }: TicketDetails): string {
  return [
    journeyOf(ticket, endsTimeZone),
    `${ticket.place}, ${ticket.tierName}`,
    ticket.attendeeName,
    `Ticket ${ticket.number}, order ${orderNumber}`,
    organizationName,
  ].join('\n');
}

function journeyOf({ fromName, toName, startsAt, endsAt, timeZone }: Ticket, endsTimeZone: string): string {
  const from = `${fromName} ${localTime(startsAt, timeZone)}`;
  const until = localTime(endsAt, endsTimeZone);
  return toName === null ? `${from}, until ${until}` : `${from} → ${toName} ${until}`;
}
