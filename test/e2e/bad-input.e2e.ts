import { newId } from '#kernel';
import type { Client } from '../../apps/cli/src/journey/client.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { account, operator } from '../support/fixtures.js';
import { type Answer, CALLERS_MISTAKES, LEAK, contents, quiet, readAnswer, spoiled } from '../support/hostile.js';
import {
  ACCEPT_SEATS,
  ADD,
  ADOPT,
  APPROVE,
  CALL_OFF,
  CANCEL_RESERVATION,
  CANCEL_TICKET,
  CANCEL_TICKETS,
  CHECK_OUT,
  CREATE_EVENT,
  CREATE_PROMO,
  CREATE_TAX_RATE,
  CREATE_TIER,
  CREATE_TRIP,
  DEACTIVATE_PROMO,
  DECLINE_SEATS,
  DELETE_TIER,
  DOWNLOAD,
  DOWNLOAD_INVOICE,
  EXCHANGE,
  EXPORT,
  EXTEND,
  HOLD,
  JOURNAL,
  OFFER_EXCHANGE,
  PUBLISH,
  QUOTE,
  REJECT,
  REMOVE,
  SCAN,
  SET_ATTENDEE,
  TRANSFER,
  UPDATE,
  UPDATE_PROMO,
  UPDATE_TAX_RATE,
  UPDATE_TIER,
} from '../support/mutations.js';
import { promoInput, promoLimits } from '../support/promos.js';
import { makeWorld } from '../support/refusable-world.js';
import { refusedMoney } from '../support/refused-money.js';

type Who = 'public' | 'passenger' | 'owner' | 'organiser';

const contact = { name: 'Somebody', email: 'somebody@holdfast.test' };
const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

async function sixAtATime<From, To>(items: From[], work: (item: From) => Promise<To>): Promise<To[]> {
  const done: To[] = [];
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (const [index, item] of queue) done[index] = await work(item);
    }),
  );
  return done;
}

describe('bad input', () => {
  let application: TestApplication;
  let people: Record<Who, Client>;
  let world: Awaited<ReturnType<typeof makeWorld>>;

  beforeAll(async () => {
    application = await startApplication();
    const company = await operator(application);
    const [owner, passenger] = await Promise.all([account(application), account(application)]);
    people = {
      public: application.client,
      passenger: passenger.client,
      owner: owner.client,
      organiser: company.organiser.client,
    };
    world = await makeWorld(application, company, owner);
    await quiet(application);
  });
  afterAll(async () => {
    await application.close();
  });

  const ask = async (who: Who, query: string, variables: unknown): Promise<Answer> =>
    await readAnswer(
      await people[who].fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      }),
    );

  const seats = (...labels: string[]): { seatId: string }[] =>
    labels.map((label) => ({ seatId: world.sale.seat(label).id }));
  const request = (changes: object): object => ({
    input: { bookableId: world.sale.bookable.id, from: 0, to: 3, seats: seats('5A'), ...changes },
  });
  const tripInput = (changes: object): { organizationId: string; input: object } => ({
    organizationId: world.organizationId,
    input: {
      routeId: world.routeId,
      seatMapId: world.sale.bookable.seatMapId,
      headsign: 'Somewhere',
      calls: [1, 2].map((hours) => ({ stopId: world.stopId, arrivesAt: inHours(hours), departsAt: inHours(hours) })),
      tiers: [{ name: 'Adult', priceMinor: 100 }],
      ...changes,
    },
  });
  const eventInput = (changes: object): { organizationId: string; input: object } => ({
    organizationId: world.organizationId,
    input: {
      venueId: world.venueId,
      seatMapId: world.sale.bookable.seatMapId,
      title: 'An evening',
      category: 'Concert',
      startsAt: inHours(24),
      endsAt: inHours(26),
      tiers: [{ name: 'Adult', priceMinor: 100 }],
      ...changes,
    },
  });

  /** What is asked, by whom, and the code or the named refusal that answers it. Nothing may change. */
  // prettier-ignore
  const REFUSED: [what: string, who: Who, operation: string, variables: () => unknown, answer: string][] = [
    ['reserve a trip that has left', 'passenger', HOLD, () => request({ bookableId: world.trips.past }), 'NotOnSale'],
    ['reserve a cancelled trip', 'passenger', HOLD, () => request({ bookableId: world.trips.cancelled }), 'NotOnSale'],
    ['reserve a draft', 'passenger', HOLD, () => request({ bookableId: world.trips.draft }), 'NOT_FOUND'],
    ['reserve what does not exist', 'passenger', HOLD, () => request({ bookableId: newId() }), 'NOT_FOUND'],
    ['reserve a sold seat', 'passenger', HOLD, () => request({ seats: seats('5A', '1A') }), 'SeatTaken'],
    ['reserve a held seat', 'passenger', HOLD, () => request({ seats: seats('3A') }), 'SeatTaken'],
    ['reserve a seat twice', 'passenger', HOLD, () => request({ seats: seats('5A', '5A') }), 'BAD_USER_INPUT'],
    ['reserve a seat of another map', 'passenger', HOLD, () => request({ seats: [{ seatId: world.seatOfAnotherMap }] }), 'BAD_USER_INPUT'],
    ['reserve for the tier of another trip', 'passenger', HOLD, () => request({ seats: [{ ...seats('5A')[0], tierId: world.tierOfAnotherTrip }] }), 'BAD_USER_INPUT'],
    ['reserve no seat', 'passenger', HOLD, () => request({ seats: [] }), 'BAD_USER_INPUT'],
    ['reserve more than a tier allows', 'passenger', HOLD, () => request({ seats: world.sale.seats.slice(20, 31).map(({ id }) => ({ seatId: id })) }), 'LimitExceeded'],
    ['reserve 1,000 seats', 'passenger', HOLD, () => request({ seats: Array.from({ length: 1_000 }, () => ({ seatId: newId() })) }), 'BAD_USER_INPUT'],
    ['travel backwards', 'passenger', HOLD, () => request({ from: 2, to: 1 }), 'BAD_USER_INPUT'],
    ['travel nowhere', 'passenger', HOLD, () => request({ from: 1, to: 1 }), 'BAD_USER_INPUT'],
    ['travel beyond the last stop', 'passenger', HOLD, () => request({ to: 4 }), 'BAD_USER_INPUT'],
    ['use a key that is too short', 'passenger', HOLD, () => request({ idempotencyKey: 'short' }), 'BAD_USER_INPUT'],

    ['check out the reservation of somebody else', 'passenger', CHECK_OUT, () => ({ input: { reservationId: world.reservations.active } }), 'NOT_FOUND'],
    ['check out with a wrong token', 'public', CHECK_OUT, () => ({ input: { reservationId: world.reservations.active, sessionToken: 'x', contact } }), 'NOT_FOUND'],
    ['check out what does not exist', 'owner', CHECK_OUT, () => ({ input: { reservationId: newId() } }), 'NOT_FOUND'],
    ['check out nobody', 'public', CHECK_OUT, () => ({ input: { reservationId: world.reservations.active, sessionToken: 'x' } }), 'BAD_USER_INPUT'],
    ['check out a cancelled reservation', 'owner', CHECK_OUT, () => ({ input: { reservationId: world.reservations.ended } }), 'ReservationEnded'],
    ['check out an expired reservation', 'owner', CHECK_OUT, () => ({ input: { reservationId: world.reservations.expired } }), 'ReservationEnded'],
    ['check out what is paid', 'owner', CHECK_OUT, () => ({ input: { reservationId: world.reservations.converted } }), 'ReservationEnded'],
    ['check out for another total', 'owner', CHECK_OUT, () => ({ input: { reservationId: world.reservations.active, expectedTotalMinor: 1 } }), 'TotalChanged'],
    ['check out for a negative total', 'owner', CHECK_OUT, () => ({ input: { reservationId: world.reservations.active, expectedTotalMinor: -1 } }), 'BAD_USER_INPUT'],
    ['cancel the reservation of somebody else', 'passenger', CANCEL_RESERVATION, () => ({ id: world.reservations.active }), 'NOT_FOUND'],
    ['cancel a reservation twice: the same answer', 'owner', CANCEL_RESERVATION, () => ({ id: world.reservations.ended }), 'Reservation'],
    ['cancel an expired reservation', 'owner', CANCEL_RESERVATION, () => ({ id: world.reservations.expired }), 'ReservationEnded'],
    ['cancel a paid reservation', 'owner', CANCEL_RESERVATION, () => ({ id: world.reservations.converted }), 'ReservationEnded'],

    ['add a seat to the reservation of somebody else', 'passenger', ADD, () => ({ input: { reservationId: world.reservations.active, seats: seats('5A') } }), 'NOT_FOUND'],
    ['add a seat to a reservation that is checked out', 'owner', ADD, () => ({ input: { reservationId: world.reservations.active, seats: seats('5A') } }), 'AlreadyCheckedOut'],
    ['add a seat to a cancelled reservation', 'owner', ADD, () => ({ input: { reservationId: world.reservations.ended, seats: seats('5A') } }), 'ReservationEnded'],
    ['add a seat to an expired reservation', 'owner', ADD, () => ({ input: { reservationId: world.reservations.expired, seats: seats('5A') } }), 'ReservationEnded'],
    ['add a sold seat', 'owner', ADD, () => ({ input: { reservationId: world.reservations.open, seats: seats('5A', '1A') } }), 'SeatTaken'],
    ['add a seat twice', 'owner', ADD, () => ({ input: { reservationId: world.reservations.open, seats: seats('5A', '5A') } }), 'BAD_USER_INPUT'],
    ['add a seat of another map', 'owner', ADD, () => ({ input: { reservationId: world.reservations.open, seats: [{ seatId: world.seatOfAnotherMap }] } }), 'BAD_USER_INPUT'],
    ['add nothing', 'owner', ADD, () => ({ input: { reservationId: world.reservations.open } }), 'BAD_USER_INPUT'],
    ['remove a seat from the reservation of somebody else', 'passenger', REMOVE, () => ({ input: { reservationId: world.reservations.open, seatId: world.sale.seat('3D').id } }), 'NOT_FOUND'],
    ['remove a seat that is not in the reservation', 'owner', REMOVE, () => ({ input: { reservationId: world.reservations.open, seatId: world.sale.seat('5A').id } }), 'BAD_USER_INPUT'],
    ['remove neither a seat nor an area', 'owner', REMOVE, () => ({ input: { reservationId: world.reservations.open } }), 'BAD_USER_INPUT'],
    ['remove a seat of what is paid', 'owner', REMOVE, () => ({ input: { reservationId: world.reservations.converted, seatId: world.sale.seat('1A').id } }), 'ReservationEnded'],
    ['extend the reservation of somebody else', 'passenger', EXTEND, () => ({ input: { reservationId: world.reservations.active } }), 'NOT_FOUND'],
    ['extend an expired reservation', 'owner', EXTEND, () => ({ input: { reservationId: world.reservations.expired } }), 'ReservationEnded'],
    ['extend a paid reservation', 'owner', EXTEND, () => ({ input: { reservationId: world.reservations.converted } }), 'ReservationEnded'],
    ['adopt with more tokens than anybody has', 'passenger', ADOPT, () => ({ tokens: Array.from({ length: 21 }, () => 'x') }), 'BAD_USER_INPUT'],

    ['cancel a ticket twice', 'owner', CANCEL_TICKET, () => ({ id: world.tickets.given.id }), 'TicketNotValid'],
    ['cancel a used ticket', 'owner', CANCEL_TICKET, () => ({ id: world.tickets.used.id }), 'TicketNotValid'],
    ['cancel a ticket after the departure', 'owner', CANCEL_TICKET, () => ({ id: world.tickets.late.id }), 'TooLate'],
    ['cancel the ticket of somebody else', 'passenger', CANCEL_TICKET, () => ({ id: world.tickets.paid.id }), 'FORBIDDEN'],
    ['cancel a ticket that does not exist', 'owner', CANCEL_TICKET, () => ({ id: newId() }), 'NOT_FOUND'],
    ['rename a used ticket', 'owner', SET_ATTENDEE, () => ({ id: world.tickets.used.id, input: contact }), 'TicketNotValid'],
    ['rename a cancelled ticket', 'owner', SET_ATTENDEE, () => ({ id: world.tickets.given.id, input: contact }), 'TicketNotValid'],
    ['rename the ticket of somebody else', 'passenger', SET_ATTENDEE, () => ({ id: world.tickets.paid.id, input: contact }), 'FORBIDDEN'],
    ['download a cancelled ticket', 'owner', DOWNLOAD, () => ({ id: world.tickets.given.id }), 'TicketNotValid'],
    ['download the ticket of somebody else', 'passenger', DOWNLOAD, () => ({ id: world.tickets.paid.id }), 'FORBIDDEN'],

    ['scan a used ticket', 'organiser', SCAN, () => ({ input: { bookableId: world.sale.bookable.id, code: world.tickets.used.qr } }), 'AlreadyUsed'],
    ['scan a cancelled ticket', 'organiser', SCAN, () => ({ input: { bookableId: world.sale.bookable.id, code: world.tickets.given.qr } }), 'CancelledTicket'],
    ['scan for another trip', 'organiser', SCAN, () => ({ input: { bookableId: world.trips.past, code: world.tickets.paid.qr } }), 'WrongBookable'],
    ['scan at another stop', 'organiser', SCAN, () => ({ input: { bookableId: world.sale.bookable.id, code: world.tickets.paid.qr, position: 2 } }), 'WrongStop'],
    ['scan a forged code', 'organiser', SCAN, () => ({ input: { bookableId: world.sale.bookable.id, code: `${world.tickets.paid.qr!.slice(0, -6)}AAAAAA` } }), 'ForgedCode'],
    ['scan something else', 'organiser', SCAN, () => ({ input: { bookableId: world.sale.bookable.id, code: 'https://example.com/' } }), 'UnknownCode'],
    ['scan at the door of another organization', 'organiser', SCAN, () => ({ input: { bookableId: world.trips.elsewhere, code: world.tickets.paid.qr } }), 'FORBIDDEN'],

    ['download an invoice that is none', 'owner', DOWNLOAD_INVOICE, () => ({ id: newId(), format: 'PDF' }), 'NOT_FOUND'],
    ['download the invoice of somebody else', 'passenger', DOWNLOAD_INVOICE, () => ({ id: world.invoiceId, format: 'PDF' }), 'NOT_FOUND'],
    ['download an electronic invoice of a seller without a tax number', 'owner', DOWNLOAD_INVOICE, () => ({ id: world.invoiceId, format: 'UBL' }), 'NoElectronicInvoice'],
    ['read the journal of no time', 'organiser', JOURNAL, () => ({ id: world.organizationId, since: inHours(1), until: inHours(0.5), first: 1 }), 'BAD_USER_INPUT'],
    ['read the journal of another organization', 'organiser', JOURNAL, () => ({ id: world.foreign.organizationId, since: inHours(-1), until: inHours(1), first: 1 }), 'FORBIDDEN'],
    ['export the accounts of ten years', 'organiser', EXPORT, () => ({ id: world.organizationId, since: inHours(-87_600), until: inHours(1), format: 'CSV' }), 'BAD_USER_INPUT'],
    ['export the accounts of another organization', 'organiser', EXPORT, () => ({ id: world.foreign.organizationId, since: inHours(-1), until: inHours(1), format: 'JOURNAL' }), 'FORBIDDEN'],
    ['publish a cancelled trip', 'organiser', PUBLISH, () => ({ id: world.trips.cancelled }), 'BAD_USER_INPUT'],
    ['publish a trip that has left', 'organiser', PUBLISH, () => ({ id: world.trips.lateDraft }), 'BAD_USER_INPUT'],
    ['publish the trip of another organization', 'organiser', PUBLISH, () => ({ id: world.trips.elsewhere }), 'FORBIDDEN'],
    ['publish what does not exist', 'organiser', PUBLISH, () => ({ id: newId() }), 'NOT_FOUND'],
    ['make a trip in the past', 'organiser', CREATE_TRIP, () => tripInput({ calls: [-2, -1].map((hours) => ({ stopId: world.stopId, arrivesAt: inHours(hours), departsAt: inHours(hours) })) }), 'BAD_USER_INPUT'],
    ['make a trip in a thousand years', 'organiser', CREATE_TRIP, () => tripInput({ calls: [1, 9e6].map((hours) => ({ stopId: world.stopId, arrivesAt: inHours(hours), departsAt: inHours(hours) })) }), 'BAD_USER_INPUT'],
    ['make a trip that runs backwards', 'organiser', CREATE_TRIP, () => tripInput({ calls: [2, 1].map((hours) => ({ stopId: world.stopId, arrivesAt: inHours(hours), departsAt: inHours(hours) })) }), 'BAD_USER_INPUT'],
    ['make a trip with a foreign seat map', 'organiser', CREATE_TRIP, () => tripInput({ seatMapId: world.foreign.seatMapId }), 'BAD_USER_INPUT'],
    ['make a trip with an unknown route', 'organiser', CREATE_TRIP, () => tripInput({ routeId: newId() }), 'BAD_USER_INPUT'],
    ['make a trip for another organization', 'organiser', CREATE_TRIP, () => ({ ...tripInput({}), organizationId: world.foreign.organizationId }), 'FORBIDDEN'],
    ['make two tiers of one name', 'organiser', CREATE_TRIP, () => tripInput({ tiers: [1, 2].map((priceMinor) => ({ name: 'Adult', priceMinor })) }), 'BAD_USER_INPUT'],
    ['ask for a negative price', 'organiser', CREATE_TRIP, () => tripInput({ tiers: [{ name: 'Adult', priceMinor: -1 }] }), 'BAD_USER_INPUT'],
    ['ask for a price of which fifty are more than an Int', 'organiser', CREATE_TRIP, () => tripInput({ tiers: [{ name: 'Adult', priceMinor: 43_000_000 }] }), 'BAD_USER_INPUT'],
    ['make an event that ends before it starts', 'organiser', CREATE_EVENT, () => eventInput({ endsAt: inHours(1) }), 'BAD_USER_INPUT'],
    ['make an event on the 30th of February', 'organiser', CREATE_EVENT, () => eventInput({ startsAt: '2027-02-30T10:00:00Z', endsAt: '2027-03-05T10:00:00Z' }), 'BAD_USER_INPUT'],
    ['make an event without a time zone', 'organiser', CREATE_EVENT, () => eventInput({ startsAt: '2027-02-20T10:00:00', endsAt: '2027-03-05T10:00:00Z' }), 'BAD_USER_INPUT'],
    ['leave everything out', 'organiser', 'mutation ($id: ID!) { createStop(organizationId: $id) { id } }', () => ({ id: world.organizationId }), 'GRAPHQL_VALIDATION_FAILED'],
  ];

  it.each([...REFUSED, ...refusedMoney(() => world)])(
    '%s (as %s)',
    async (_what, who, operation, variables, expected) => {
      const before = await contents(application);
      const answer = await ask(who, operation, variables());
      expect([...answer.codes, ...answer.results]).toEqual([expected]);
      expect(answer.text).not.toMatch(LEAK);
      expect(answer.text.length).toBeLessThan(4_000);
      expect(await contents(application)).toEqual(before);
    },
  );

  it('publishes once: a second time nothing changes', async () => {
    const before = await contents(application);
    expect((await ask('organiser', PUBLISH, { id: world.sale.bookable.id })).results).toEqual(['value']);
    expect(await contents(application)).toEqual(before);
  });

  it('takes null for what may be left out', async () => {
    const input = {
      bookableId: world.dear.bookable.id,
      from: 0,
      to: 3,
      seats: [{ seatId: world.dear.seat('9A').id, tierId: null }],
      idempotencyKey: null,
    };
    const { reserve: held } = await people.passenger.ask<{ reserve: { reservation: { id: string } } }>(
      `mutation ($input: ReserveInput!) { reserve(input: $input) { ... on ReservationOpened { reservation { id } } } }`,
      { input },
    );
    const checkOut = {
      reservationId: held.reservation.id,
      sessionToken: null,
      contact: null,
      expectedTotalMinor: null,
    };
    expect((await ask('passenger', CHECK_OUT, { input: checkOut })).results).toEqual(['Order']);
    expect((await ask('organiser', UPDATE, { id: world.organizationId, input: { holdMinutes: null } })).codes).toEqual(
      [],
    );
    expect(
      (
        await ask('organiser', SCAN, {
          input: { bookableId: world.sale.bookable.id, code: world.tickets.used.qr, position: null, gate: null },
        })
      ).results,
    ).toEqual(['AlreadyUsed']);
  });

  /** Good variables for every mutation that takes any, and for queries. Each of their values is spoiled in turn. */
  // prettier-ignore
  const SPOILED: [field: string, who: Who, operation: string, good: () => unknown][] = [
    ['addMember', 'organiser', 'mutation ($organizationId: ID!, $email: String!, $role: MemberRole!) { addMember(organizationId: $organizationId, email: $email, role: $role) { role } }', () => ({ organizationId: world.organizationId, email: 'nobody@holdfast.test', role: 'GATE' })],
    ['addPlaces', 'owner', ADD, () => ({ input: { reservationId: world.reservations.open, sessionToken: 'x', seats: [{ seatId: world.sale.seat('1A').id, tierId: newId() }], areas: [{ areaId: newId(), count: 1, tierId: newId() }], idempotencyKey: newId() } })],
    ['adoptReservations', 'passenger', ADOPT, () => ({ tokens: ['x'] })],
    ['cancelReservation', 'public', CANCEL_RESERVATION, () => ({ id: world.reservations.ended, sessionToken: 'x', idempotencyKey: newId() })],
    ['acceptSeats', 'owner', ACCEPT_SEATS, () => ({ input: { orderId: world.orderId, sessionToken: 'x', idempotencyKey: newId() } })],
    ['declineSeats', 'owner', DECLINE_SEATS, () => ({ input: { orderId: world.orderId, sessionToken: 'x', idempotencyKey: newId() } })],
    ['approveOrder', 'organiser', APPROVE, () => ({ id: world.orderId })],
    ['rejectOrder', 'organiser', REJECT, () => ({ id: world.orderId, reason: 'Full.' })],
    ['cancelBookable', 'organiser', CALL_OFF, () => ({ id: world.trips.cancelled, reason: 'Snow.' })],
    ['cancelTicket', 'owner', CANCEL_TICKET, () => ({ id: world.tickets.used.id })],
    ['cancelTickets', 'owner', CANCEL_TICKETS, () => ({ input: { ticketIds: [world.tickets.used.id], expectedRefundMinor: 1, idempotencyKey: newId() } })],
    ['exchangeOffer', 'owner', OFFER_EXCHANGE, () => ({ input: { ticketIds: [world.tickets.used.id], reservationId: world.reservations.open, sessionToken: 'x', promoCode: 'NONE' } })],
    ['exchangeTickets', 'owner', EXCHANGE, () => ({ input: { ticketIds: [world.tickets.used.id], reservationId: world.reservations.open, sessionToken: 'x', promoCode: 'NONE', quoteId: newId(), expectedPayMinor: 1, idempotencyKey: newId() } })],
    ['quote', 'owner', QUOTE, () => ({ input: { reservationId: world.reservations.ended, sessionToken: 'x', promoCode: 'NONE', email: 'somebody@holdfast.test' } })],
    ['transferTicket', 'owner', TRANSFER, () => ({ input: { ticketId: world.tickets.used.id, email: 'somebody@holdfast.test', idempotencyKey: newId() } })],
    ['refundOffer and approvals', 'organiser', 'query ($ids: [ID!]!, $id: ID!, $first: Int!) { refundOffer(ticketIds: $ids) { __typename } ordersAwaitingApproval(organizationId: $id, first: $first) { id } }', () => ({ ids: [world.tickets.used.id], id: world.organizationId, first: 1 })],
    ['checkOut', 'owner', CHECK_OUT, () => ({ input: { reservationId: world.reservations.ended, sessionToken: 'x', contact: { ...contact, phone: '+44 20 7946 0000' }, expectedTotalMinor: 1, promoCode: 'NONE', quoteId: newId() } })],
    ['createEvent', 'organiser', CREATE_EVENT, () => eventInput({ description: 'A text', pictureUrl: 'https://example.com/a.png', tiers: [{ name: 'Adult', priceMinor: 1, quantity: 1, maxPerOrder: 1, saleStartsAt: inHours(1), saleEndsAt: inHours(2) }] })],
    ['createPromo', 'organiser', CREATE_PROMO, () => promoInput(world.organizationId, { ...promoLimits(inHours), budgetMinor: 1, minimumMinor: 1, currency: 'GBP' })],
    ['createPromo', 'organiser', CREATE_PROMO, () => promoInput(world.organizationId, { kind: 'FIXED', percentBps: null, amountMinor: 1, currency: 'GBP' })],
    ['createPromo', 'organiser', CREATE_PROMO, () => promoInput(world.organizationId, { kind: 'N_FOR_M', percentBps: null, takePlaces: 3, payPlaces: 2 })],
    ['createRoute', 'organiser', 'mutation ($organizationId: ID!, $input: RouteInput!) { createRoute(organizationId: $organizationId, input: $input) { id } }', () => ({ organizationId: world.organizationId, input: { shortName: 'R', longName: 'Route' } })],
    ['createSeatMap', 'organiser', 'mutation ($organizationId: ID!, $layout: String!) { createSeatMap(organizationId: $organizationId, layout: $layout) { id } }', () => ({ organizationId: world.organizationId, layout: 'coach-49' })],
    ['createStop', 'organiser', 'mutation ($organizationId: ID!, $input: StopInput!) { createStop(organizationId: $organizationId, input: $input) { id } }', () => ({ organizationId: world.organizationId, input: { name: 'S', timeZone: 'Europe/London' } })],
    ['createTaxRate', 'organiser', CREATE_TAX_RATE, () => ({ id: world.organizationId, input: { country: 'GB', name: 'VAT', rateBps: 2000, category: 'S', isDefault: true } })],
    ['createTier', 'organiser', CREATE_TIER, () => ({ id: world.dear.bookable.id, input: { name: 'Adult', priceMinor: 1, quantity: 1, minPerOrder: 1, maxPerOrder: 1, saleStartsAt: inHours(1), saleEndsAt: inHours(2), active: true, hidden: true, requiresApproval: true, transferable: true, taxRateId: world.taxRateId, position: 0 } })],
    ['createTrip', 'organiser', CREATE_TRIP, () => tripInput({})],
    ['createVenue', 'organiser', 'mutation ($organizationId: ID!, $input: VenueInput!) { createVenue(organizationId: $organizationId, input: $input) { id } }', () => ({ organizationId: world.organizationId, input: { name: 'V', address: 'A', timeZone: 'Europe/London' } })],
    ['deleteTier', 'organiser', DELETE_TIER, () => ({ id: world.tiers.sold })],
    ['deactivatePromo', 'organiser', DEACTIVATE_PROMO, () => ({ id: world.promoId })],
    ['downloadInvoice', 'owner', DOWNLOAD_INVOICE, () => ({ id: world.invoiceId, format: 'PDF', sessionToken: 'x' })],
    ['journal', 'organiser', JOURNAL, () => ({ id: world.organizationId, since: inHours(-1), until: inHours(1), first: 1, after: newId() })],
    ['exportAccounting', 'organiser', EXPORT, () => ({ id: world.organizationId, since: inHours(-1), until: inHours(1), format: 'CSV' })],
    ['downloadTicket', 'owner', DOWNLOAD, () => ({ id: world.tickets.given.id })],
    ['extendReservation', 'owner', EXTEND, () => ({ input: { reservationId: world.reservations.ended, sessionToken: 'x', idempotencyKey: newId() } })],
    ['logIn', 'public', 'mutation ($input: LogInInput!) { logIn(input: $input) { __typename } }', () => ({ input: { email: 'nobody@holdfast.test', password: 'wrong' } })],
    ['logOut', 'public', 'mutation ($token: String!) { logOut(refreshToken: $token) }', () => ({ token: 'none' })],
    ['publishBookable', 'organiser', PUBLISH, () => ({ id: world.sale.bookable.id })],
    ['refreshSession', 'public', 'mutation ($token: String!) { refreshSession(refreshToken: $token) { __typename } }', () => ({ token: 'none' })],
    ['register', 'public', 'mutation ($input: RegisterInput!) { register(input: $input) { __typename } }', () => ({ input: { email: 'taken@holdfast.test', password: 'a long enough password', name: 'N', phone: '+44 20 7946 0000' } })],
    ['removePlace', 'owner', REMOVE, () => ({ input: { reservationId: world.reservations.open, sessionToken: 'x', seatId: world.sale.seat('5A').id, areaId: null, tierId: newId(), idempotencyKey: newId() } })],
    ['requestPasswordReset', 'public', 'mutation ($email: String!) { requestPasswordReset(email: $email) }', () => ({ email: 'nobody@holdfast.test' })],
    ['reserve', 'public', HOLD, () => ({ input: { bookableId: world.sale.bookable.id, from: 0, to: 3, seats: [{ seatId: world.sale.seat('1A').id, tierId: newId() }], idempotencyKey: newId() } })],
    ['reserve', 'public', HOLD, () => ({ input: { bookableId: world.sale.bookable.id, from: 0, to: 3, areas: [{ areaId: newId(), count: 1, tierId: newId() }], best: { count: 2, category: 'standard', accessible: 1, togetherRequired: true }, bestTierId: newId() } })],
    ['resetPassword', 'public', 'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename } }', () => ({ input: { token: 'none', newPassword: 'a long enough password' } })],
    ['scan', 'organiser', SCAN, () => ({ input: { bookableId: world.sale.bookable.id, code: world.tickets.used.qr, position: 0, gate: 'Door' } })],
    ['setAttendee', 'owner', SET_ATTENDEE, () => ({ id: world.tickets.used.id, input: { ...contact, phone: '+44 20 7946 0000' } })],
    ['updatePromo', 'organiser', UPDATE_PROMO, () => ({ id: world.promoId, input: { name: 'P', clear: ['ENDS_AT'], ...promoLimits(inHours) } })],
    ['updateOrganization', 'organiser', UPDATE, () => ({ id: world.organizationId, input: { holdMinutes: 15, mostExtensions: 2, holdCapMinutes: 60, mostOpenReservations: 5, mostOpenPerAddress: 20, mostPlaces: 50, boardingOpensHours: 24, refundFullUntilHours: 24, refundPartialUntilHours: 2, refundPartialPercent: 50, country: 'GB', taxInclusive: true, feeMinor: 0, feeBps: 0, feeRefundable: false, legalName: 'A', address: 'A', taxNumber: 'A', approvalHours: 24, seatOfferMinutes: 30 } })],
    ['updateTaxRate', 'organiser', UPDATE_TAX_RATE, () => ({ id: world.taxRateId, input: { name: 'VAT', active: true, isDefault: false } })],
    ['updateTier', 'organiser', UPDATE_TIER, () => ({ id: world.tiers.unsold, input: { name: 'Standard', priceMinor: 40_000_000, quantity: 9, minPerOrder: 1, maxPerOrder: 10, saleStartsAt: inHours(1), saleEndsAt: inHours(2), active: true, hidden: false, requiresApproval: false, transferable: true, taxRateId: world.taxRateId, position: 0, clear: ['QUANTITY'] } })],
    ['tiers', 'public', 'query ($id: ID!, $from: Int, $to: Int) { tiers(bookableId: $id) { availability(from: $from, to: $to) { available } } }', () => ({ id: world.sale.bookable.id, from: 0, to: 3 })],
    ['taxRates', 'organiser', 'query ($id: ID!) { taxRates(organizationId: $id) { id } }', () => ({ id: world.organizationId })],
    ['bookable', 'public', 'query ($id: ID!, $from: Int, $to: Int) { bookable(id: $id) { availability(from: $from, to: $to) { total } prices(from: $from, to: $to) { priceMinor } seats(from: $from, to: $to) { state } } }', () => ({ id: world.sale.bookable.id, from: 0, to: 3 })],
    ['searchTrips', 'public', 'query ($origin: String!, $destination: String!, $date: String!, $first: Int!, $after: ID) { searchTrips(origin: $origin, destination: $destination, date: $date, first: $first, after: $after) { nodes { trip { id } availability { total } } } }', () => ({ origin: 'Stop', destination: 'Stop', date: '2030-01-01', first: 1, after: newId() })],
    ['stops', 'public', 'query ($name: String!) { stops(name: $name) { id } }', () => ({ name: 'Stop' })],
    ['trips and events', 'public', 'query ($first: Int!, $after: ID) { trips(first: $first, after: $after) { nodes { id } } events(first: $first, after: $after) { nodes { id } } }', () => ({ first: 1, after: newId() })],
    ['bookingSession and statistics', 'organiser', 'query ($token: String!, $id: ID!, $trip: ID, $since: DateTime!, $until: DateTime) { bookingSession(sessionToken: $token) { id } reservationStatistics(organizationId: $id, bookableId: $trip, since: $since, until: $until) { active } }', () => ({ token: 'x', id: world.organizationId, trip: world.sale.bookable.id, since: inHours(-1), until: inHours(1) })],
    ['promos', 'organiser', 'query ($id: ID!, $first: Int!, $after: ID) { promos(organizationId: $id, first: $first, after: $after) { code } }', () => ({ id: world.organizationId, first: 1, after: newId() })],
    ['reservation and order', 'public', 'query ($id: ID!, $token: String) { reservation(id: $id, sessionToken: $token) { id } order(id: $id, sessionToken: $token) { id } }', () => ({ id: newId(), token: 'x' })],
    ['tickets', 'owner', 'query ($id: ID!, $number: String!, $first: Int!) { ticket(id: $id) { id } ticketByNumber(number: $number) { id } myTickets(first: $first) { id } }', () => ({ id: world.tickets.paid.id, number: 'HF-00000000', first: 1 })],
  ];

  it('spoils every mutation that takes anything', async () => {
    const { __schema } = await application.client.ask<{
      __schema: { mutationType: { fields: { name: string; args: object[] }[] } };
    }>('{ __schema { mutationType { fields { name args { name } } } } }');
    const names = __schema.mutationType.fields.filter(({ args }) => args.length > 0).map(({ name }) => name);
    expect(SPOILED.map(([field]) => field)).toEqual(expect.arrayContaining(names));
  });

  it.each(SPOILED)('%s: one value spoiled at a time', async (_field, who, operation, good) => {
    const { __type } = await application.client.ask<{ __type: { possibleTypes: { name: string }[] } }>(
      '{ __type(name: "Refusal") { possibleTypes { name } } }',
    );
    const refusals = new Set(__type.possibleTypes.map(({ name }) => name));
    const wrong: object[] = [];
    const tries = async (cases: unknown[]): Promise<unknown[]> => {
      const refused = await sixAtATime(cases, async (variables) => {
        const { status, codes, results, text } = await ask(who, operation, variables);
        const told = status < 500 && codes.every((code) => CALLERS_MISTAKES.includes(code!)) && !LEAK.test(text);
        if (!told)
          wrong.push({ variables: JSON.stringify(variables).slice(0, 500), status, codes, text: text.slice(0, 300) });
        return codes.length > 0 || results.some((result) => refusals.has(result));
      });
      return cases.filter((_, index) => refused[index]);
    };
    // Odd text is only text, and then the mutation does what it was asked. What is refused comes again, to see that it changes nothing.
    const refused = await tries([...spoiled(good())]);
    const before = await contents(application);
    expect((await tries(refused)).length).toBe(refused.length);
    expect(await contents(application)).toEqual(before);
    expect(wrong).toEqual([]);
  });
});
