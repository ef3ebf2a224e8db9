import { formatMoney, localDate, localTime } from '#kernel';
import type { TicketDetails } from '#tickets';
import { type Letter, letter } from './letter.js';

/** The tickets of one order are of one trip or event, between the same stops. */
export function orderConfirmation(tickets: TicketDetails[]): Letter {
  const first = tickets[0]!;
  const { ticket, organizationName, title, orderNumber } = first;
  const date = localDate(ticket.startsAt, ticket.timeZone);
  const many = tickets.length > 1;
  const total = tickets.reduce((sum, one) => sum + one.ticket.priceMinor, 0);
  return letter({
    subject: `Your ${many ? 'tickets' : 'ticket'}: ${placeOf(first)}, ${date} (${orderNumber})`,
    sender: organizationName,
    blocks: [
      many ? 'Thank you. Your tickets are attached, one page each.' : 'Thank you. Your ticket is attached.',
      { headline: placeOf(first), below: ticket.toName === null ? undefined : title },
      { facts: whenAndWhere(first) },
      {
        lines: tickets.map(({ ticket: one }) => [
          `${one.place} · ${one.tierName} · ${one.number}`,
          formatMoney({ amountMinor: one.priceMinor, currency: one.currency }),
        ]),
        total: formatMoney({ amountMinor: total, currency: ticket.currency }),
      },
      `Show the code on ${many ? 'each ticket' : 'the ticket'}, on paper or on your phone; it lets one person in, once. The attached calendar file puts the date into your calendar.`,
    ],
  });
}

/** `Inverness → Edinburgh`, or the name of the event. */
export function placeOf({ ticket, title }: TicketDetails): string {
  return ticket.toName === null ? title : `${ticket.fromName} → ${ticket.toName}`;
}

function whenAndWhere({ ticket, address, endsTimeZone, orderNumber }: TicketDetails): [string, string][] {
  const { startsAt, endsAt, timeZone, fromName, toName } = ticket;
  const [starts, ends] = [localTime(startsAt, timeZone), localTime(endsAt, endsTimeZone)];
  const [firstDay, lastDay] = [localDate(startsAt, timeZone), localDate(endsAt, endsTimeZone)];
  const date: [string, string] = ['Date', firstDay];
  const order: [string, string] = ['Order', orderNumber];
  if (toName === null) {
    return [
      date,
      ['Begins', `${starts}, until ${ends}`],
      ['Venue', [fromName, address].filter(Boolean).join(', ')],
      order,
    ];
  }
  const arrives = lastDay === firstDay ? ends : `${ends} (${lastDay})`;
  return [date, ['Departs', `${starts}, ${fromName}`], ['Arrives', `${arrives}, ${toName}`], order];
}
