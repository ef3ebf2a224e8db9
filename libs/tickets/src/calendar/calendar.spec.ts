import ICAL from 'ical.js';
import { Ticket, TicketState } from '../ticket.entity.js';
import type { TicketDetails } from '../documents/ticket-details.service.js';
import { calendarOf } from './calendar.js';

function details(changes: Partial<Ticket> = {}, more: Partial<TicketDetails> = {}): TicketDetails {
  const ticket = Object.assign(new Ticket(), {
    id: '0193c0de-0000-7000-8000-000000000001',
    number: 'HF-7Q2MXK4D',
    seatLabel: '4C',
    tierName: 'Standard',
    fromName: 'Inverness, Bus Station; Stance 3',
    toName: 'Edinburgh',
    startsAt: new Date('2026-12-01T09:15:00Z'),
    endsAt: new Date('2026-12-01T13:05:00Z'),
    timeZone: 'Europe/London',
    attendeeName: 'Demo Passenger',
    state: TicketState.PAID,
    createdAt: new Date('2026-11-20T10:00:00Z'),
    changedAt: new Date('2026-11-20T10:01:30Z'),
    ...changes,
  });
  const refundTerms = { fullUntilHours: 24, partialUntilHours: 2, partialPercent: 50, feeRefundable: true };
  return {
    ticket,
    orderNumber: 'HF-3KD9W0TZ',
    organizationName: 'Cairn Coaches',
    organizationEmail: null,
    kind: 'TRIP',
    title: 'Inverness – Edinburgh',
    address: null,
    endsTimeZone: 'Europe/London',
    refundTerms,
    ...more,
  };
}

/** As a calendar program reads it. */
function read(text: string): ICAL.Event[] {
  const calendar = new ICAL.Component(ICAL.parse(text) as never);
  return calendar.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component));
}

describe('the calendar of tickets', () => {
  it('has the instant of departure and arrival, the place, and what is on the ticket', () => {
    const [event] = read(calendarOf([details()], 'tickets.example'));
    expect(event!.uid).toBe('0193c0de-0000-7000-8000-000000000001@tickets.example');
    expect(event!.startDate.toJSDate()).toEqual(new Date('2026-12-01T09:15:00Z'));
    expect(event!.endDate.toJSDate()).toEqual(new Date('2026-12-01T13:05:00Z'));
    expect(event!.summary).toBe('Inverness – Edinburgh');
    expect(event!.location).toBe('Inverness, Bus Station; Stance 3');
    expect(event!.description.split('\n')).toEqual([
      'Inverness, Bus Station; Stance 3 09:15 → Edinburgh 13:05',
      'Seat 4C, Standard',
      'Demo Passenger',
      'Ticket HF-7Q2MXK4D, order HF-3KD9W0TZ',
      'Cairn Coaches',
    ]);
    expect(event!.sequence).toBe(90);
  });

  it('says local times on both sides of a change of the clock', () => {
    const across = details({ startsAt: new Date('2026-10-25T00:30:00Z'), endsAt: new Date('2026-10-25T02:30:00Z') });
    expect(read(calendarOf([across], 'x'))[0]!.description).toContain('01:30 → Edinburgh 02:30');
  });

  it('is the same text for the same tickets, so that programs need not fetch it again', () => {
    expect(calendarOf([details()], 'x')).toBe(calendarOf([details()], 'x'));
  });

  it('has the address of a venue, and no arrival', () => {
    const [event] = read(
      calendarOf(
        [details({ toName: null, fromName: 'Harbour Hall' }, { kind: 'EVENT', address: '1 Quay Street' })],
        'x',
      ),
    );
    expect(event!.location).toBe('Harbour Hall, 1 Quay Street');
    expect(event!.description).toContain('Harbour Hall 09:15, until 13:05');
  });

  it('strikes out what was cancelled, under a higher number', () => {
    const cancelled = details({ state: TicketState.CANCELLED, changedAt: new Date('2026-11-21T10:00:00Z') });
    const [event] = read(calendarOf([cancelled], 'x'));
    expect(event!.component.getFirstPropertyValue('status')).toBe('CANCELLED');
    expect(event!.sequence).toBeGreaterThan(90);
  });
});
