import { type TicketDetails } from './ticket-details.service.js';
import { ticketHead, ticketPage } from './ticket-page.js';
import { Ticket } from '../ticket.entity.js';

const ticket = Object.assign(new Ticket(), {
  number: 'HF-7Q2MXK4D',
  seatLabel: '4C',
  tierName: 'Standard',
  fromName: 'Inverness',
  toName: 'Paris',
  startsAt: new Date('2026-07-01T21:15:00Z'),
  endsAt: new Date('2026-07-01T23:05:00Z'),
  timeZone: 'Europe/London',
  priceMinor: 2450,
  currency: 'GBP',
  attendeeName: 'Demo Passenger',
});
const trip: TicketDetails = {
  ticket,
  orderNumber: 'HF-3KD9W0TZ',
  organizationName: 'Cairn Coaches',
  organizationEmail: 'hello@cairn.test',
  kind: 'TRIP',
  title: 'Inverness – Paris',
  address: null,
  endsTimeZone: 'Europe/Paris',
  refundTerms: { fullUntilHours: 24, partialUntilHours: 1, partialPercent: 50, feeRefundable: true },
};
const words = (details: TicketDetails): string =>
  ticketPage(details, 'HF1.code')
    .markup.replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the page of a ticket', () => {
  it('shows the local time of each place, and the day of arrival when it is another', () => {
    const text = words(trip);
    expect(text).toContain('Wed 1 Jul 2026');
    expect(text).toMatch(/From 22:15 Inverness &nbsp; To 01:05 Thu 2 Jul 2026 Paris/);
  });

  it('says what the terms of the operator give back', () => {
    expect(words(trip)).toContain(
      'all of the price comes back up to 24 hours before departure, 50 % up to 1 hour before, nothing later.',
    );
    const strict = {
      ...trip,
      refundTerms: { fullUntilHours: 48, partialUntilHours: 2, partialPercent: 0, feeRefundable: true },
    };
    expect(words(strict)).toContain('all of the price comes back up to 48 hours before departure, nothing later.');
  });

  it('shows venue and address of an event', () => {
    const event: TicketDetails = {
      ...trip,
      kind: 'EVENT',
      address: '1 Quay Street',
      ticket: Object.assign(new Ticket(), ticket, { fromName: 'Harbour Hall', toName: null }),
    };
    expect(words(event)).toContain('Begins 22:15 until 01:05 Harbour Hall 1 Quay Street');
    expect(words(event)).toContain('Admission ticket');
  });

  it('takes no markup from names', () => {
    const hostile = {
      ...trip,
      title: '</style><script>x</script>',
      ticket: Object.assign(new Ticket(), ticket, { attendeeName: '<img src=x onerror=1>' }),
    };
    const { markup } = ticketPage(hostile, 'HF1.code');
    expect(markup).not.toMatch(/<script|<img/);
    expect(markup).toContain('&lt;img src=x onerror=1&gt;');
  });

  it('brings its fonts along and needs nothing from elsewhere', () => {
    const { markup } = ticketHead();
    expect(markup.match(/@font-face/g)!.length).toBeGreaterThan(10);
    expect([...markup.matchAll(/url\(([^)]{0,16})/g)].every(([, begin]) => begin === 'data:font/woff2;')).toBe(true);
  });
});
