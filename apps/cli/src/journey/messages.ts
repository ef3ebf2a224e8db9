import ICAL from 'ical.js';
import PostalMime from 'postal-mime';
import type { Client } from './client.js';
import type { Order, Ticket } from './passenger.js';
import { readPdf } from './read-pdf.js';
import { type Check, eventually } from './steps.js';

/** The confirmation as it lies in the mail catcher: subject, text, and the tickets attached. */
export async function checkMail(
  anybody: Client,
  email: string,
  order: Order,
  ticketCount: number,
  check: Check,
): Promise<void> {
  const raw = await eventually('the confirmation e-mail', async () => {
    const list = (await (await anybody.fetch(`/dev/mail/messages?to=${encodeURIComponent(email)}`)).json()) as {
      id: string;
      subject: string;
    }[];
    const message = list.find(({ subject }) => subject.includes(order.number));
    return message && Buffer.from(await (await anybody.fetch(`/dev/mail/messages/${message.id}.eml`)).arrayBuffer());
  });
  const mail = await PostalMime.parse(raw);
  check(
    mail.to?.some(({ address }) => address === email),
    `"${mail.subject}" to the passenger`,
  );
  check(
    order.tickets.every(({ number }) => mail.text?.includes(number) || mail.html?.includes(number)),
    'it names the tickets',
  );
  const pdf = mail.attachments.find(({ mimeType }) => mimeType === 'application/pdf');
  const pages = pdf ? await readPdf(Buffer.from(pdf.content as ArrayBuffer)) : [];
  check(pages.length === ticketCount, `a PDF of ${ticketCount} pages is attached`, `${pages.length} pages`);
  const codes = pages.map(({ qr }) => qr ?? '').toSorted();
  check(
    JSON.stringify(codes) === JSON.stringify(order.tickets.map(({ qr }) => qr ?? '').toSorted()),
    'its codes are those of the tickets',
  );
}

/** The calendar as a calendar program reads it. */
export async function checkCalendar(passenger: Client, tickets: Ticket[], check: Check): Promise<void> {
  const response = await passenger.fetch('/calendar/mine.ics');
  check(
    response.ok && response.headers.get('content-type')?.startsWith('text/calendar'),
    'the .ics opens',
    String(response.status),
  );
  const calendar = new ICAL.Component(ICAL.parse(await response.text()) as never);
  const events = calendar.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component));
  check(events.length === tickets.length, `${events.length} entries`);
  for (const ticket of tickets) {
    const event = events.find(({ description }) => description?.includes(ticket.number));
    check(event, `ticket ${ticket.number}`);
    check(event?.startDate.toJSDate().getTime() === Date.parse(ticket.startsAt), 'the right departure');
    check(event?.location?.includes(ticket.fromName), 'the right place');
    check(event?.description?.includes(ticket.seatLabel), 'the right seat');
  }
}
