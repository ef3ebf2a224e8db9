import { createHmac } from 'node:crypto';
import { newId } from '#kernel';
import { SessionTokens } from '#reservations';
import { InvoicingService } from '../../libs/invoices/src/invoicing.service.js';
import { Client, GraphqlFailure } from '../../apps/cli/src/journey/client.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { type Account, type Operator, account, operator, placeOrder, soldTicket, trip } from '../support/fixtures.js';
import { promoOf } from '../support/promos.js';
import { type Reserved, type Sale, reserve } from '../support/sale.js';

const CALLERS = ['public', 'passenger', 'owner', 'organiser', 'foreign organiser', 'gate', 'admin'] as const;
type Caller = (typeof CALLERS)[number];

const ANSWERS = { y: 'allowed', u: 'UNAUTHENTICATED', f: 'FORBIDDEN', n: 'NOT_FOUND' } as const;

/** One letter per caller, in the order of CALLERS. */
const EVERYBODY = 'y y y y y y y';
const LOGGED_IN = 'u y y y y y y';
const OWN_ORGANIZATION = 'u f f y f f y';
const OWNER = 'n n y n n n y';
const OWNER_AND_ORGANIZATION = 'u f y y f f y';
const DRAFT = 'n n n y n n y';

/**
 * The matrix: a line for every root field of the schema, on objects of the owner and of the organiser's organization.
 * What is not in a state in which it would change anything is refused by name, and a named refusal is "allowed": the
 * caller was let through. `$…` are the ids of `objects`.
 */
// prettier-ignore
const MATRIX: [field: string, answers: string, operation: string][] = [
  ['audit', 'u f f f f f y', 'query { audit { invariant } }'],
  ['bookable', EVERYBODY, 'query { bookable(id: $trip) { title } }'],
  ['bookable', DRAFT, 'query { bookable(id: $draft) { title } }'],
  ['bookingSession', EVERYBODY, 'query { bookingSession(sessionToken: $token) { id } }'],
  ['events', EVERYBODY, 'query { events { nodes { id } } }'],
  ['journal', OWN_ORGANIZATION, 'query { journal(organizationId: $organization, since: $soon, until: $later) { endCursor } }'],
  ['me', LOGGED_IN, 'query { me { email } }'],
  ['myTickets', LOGGED_IN, 'query { myTickets { id } }'],
  ['ordersAwaitingApproval', OWN_ORGANIZATION, 'query { ordersAwaitingApproval(organizationId: $organization) { id } }'],
  ['refundOffer', OWNER_AND_ORGANIZATION, 'query { refundOffer(ticketIds: [$ticket]) { __typename } }'],
  ['order', OWNER, 'query { order(id: $order) { id } }'],
  ['order', EVERYBODY, 'query { order(id: $order, sessionToken: $token) { id } }'],
  ['promos', OWN_ORGANIZATION, 'query { promos(organizationId: $organization) { code uses } }'],
  ['reservation', OWNER, 'query { reservation(id: $reservation) { id } }'],
  ['reservation', EVERYBODY, 'query { reservation(id: $reservation, sessionToken: $token) { id } }'],
  ['reservationStatistics', OWN_ORGANIZATION, 'query { reservationStatistics(organizationId: $organization, since: $soon, until: $later) { active } }'],
  ['searchTrips', EVERYBODY, 'query { searchTrips(origin: "Stop", destination: "Stop", date: "2030-01-01") { nodes { trip { id } } } }'],
  ['seatMap', EVERYBODY, 'query { seatMap(id: $seatMap) { name } }'],
  ['stops', EVERYBODY, 'query { stops(name: "Stop") { name } }'],
  ['taxRates', OWN_ORGANIZATION, 'query { taxRates(organizationId: $organization) { id } }'],
  ['ticket', OWNER_AND_ORGANIZATION, 'query { ticket(id: $ticket) { id } }'],
  ['ticketByNumber', OWNER_AND_ORGANIZATION, 'query { ticketByNumber(number: $number) { id } }'],
  ['tiers', EVERYBODY, 'query { tiers(bookableId: $trip) { name availability { available } } }'],
  ['tiers', DRAFT, 'query { tiers(bookableId: $draft) { name } }'],
  ['trips', EVERYBODY, 'query { trips { nodes { id } } }'],
  ['upcomingTickets', LOGGED_IN, 'query { upcomingTickets { id } }'],

  ['acceptSeats', OWNER, 'mutation { acceptSeats(input: { orderId: $order }) { __typename } }'],
  ['acceptSeats', EVERYBODY, 'mutation { acceptSeats(input: { orderId: $order, sessionToken: $token }) { __typename } }'],
  ['addMember', OWN_ORGANIZATION, 'mutation { addMember(organizationId: $organization, email: $email, role: GATE) { role } }'],
  ['addPlaces', OWNER, 'mutation { addPlaces(input: { reservationId: $reservation, seats: [{ seatId: $takenSeat }] }) { __typename } }'],
  ['addPlaces', EVERYBODY, 'mutation { addPlaces(input: { reservationId: $reservation, sessionToken: $token, seats: [{ seatId: $takenSeat }] }) { __typename } }'],
  ['adoptReservations', LOGGED_IN, 'mutation { adoptReservations(sessionTokens: [$token]) { id } }'],
  ['approveOrder', OWN_ORGANIZATION, 'mutation { approveOrder(id: $order) { __typename } }'],
  ['cancelBookable', OWN_ORGANIZATION, 'mutation { cancelBookable(id: $calledOff, reason: "Snow.") { id } }'],
  ['cancelReservation', OWNER, 'mutation { cancelReservation(id: $reservation) { __typename } }'],
  ['cancelReservation', EVERYBODY, 'mutation { cancelReservation(id: $reservation, sessionToken: $token) { __typename } }'],
  ['cancelTicket', OWNER_AND_ORGANIZATION, 'mutation { cancelTicket(id: $ticket) { __typename } }'],
  ['cancelTickets', OWNER_AND_ORGANIZATION, 'mutation { cancelTickets(input: { ticketIds: [$ticket] }) { __typename } }'],
  ['checkOut', OWNER, 'mutation { checkOut(input: { reservationId: $reservation, contact: { name: "A", email: "a@holdfast.test" } }) { __typename } }'],
  ['checkOut', EVERYBODY, 'mutation { checkOut(input: { reservationId: $reservation, sessionToken: $token, contact: { name: "A", email: "a@holdfast.test" } }) { __typename } }'],
  ['cleanUpReservations', 'u f f f f f y', 'mutation { cleanUpReservations }'],
  ['createCalendarFeed', LOGGED_IN, 'mutation { createCalendarFeed { url } }'],
  [
    'createEvent',
    OWN_ORGANIZATION,
    `mutation { createEvent(organizationId: $organization, input: { venueId: $venue, seatMapId: $seatMap, title: "T", category: "C", startsAt: $soon, endsAt: $later,
       tiers: [{ name: "Adult", priceMinor: 1 }] }) { id } }`,
  ],
  ['createPromo', OWN_ORGANIZATION, 'mutation { createPromo(organizationId: $organization, input: { code: "TAKEN", name: "P", kind: PERCENT, percentBps: 1 }) { __typename } }'],
  ['createRoute', OWN_ORGANIZATION, 'mutation { createRoute(organizationId: $organization, input: { shortName: "R", longName: "Route" }) { id } }'],
  ['createSeatMap', OWN_ORGANIZATION, 'mutation { createSeatMap(organizationId: $organization, layout: "coach-49") { id } }'],
  ['createStop', OWN_ORGANIZATION, 'mutation { createStop(organizationId: $organization, input: { name: "S", timeZone: "Europe/London" }) { id } }'],
  ['createTaxRate', OWN_ORGANIZATION, 'mutation { createTaxRate(organizationId: $organization, input: { country: "GB", name: "VAT", rateBps: 2000 }) { id } }'],
  ['createTier', OWN_ORGANIZATION, 'mutation { createTier(bookableId: $trip, input: { name: $unique, priceMinor: 1 }) { id } }'],
  [
    'createTrip',
    OWN_ORGANIZATION,
    `mutation { createTrip(organizationId: $organization, input: { routeId: $route, seatMapId: $seatMap, headsign: "H", tiers: [{ name: "Adult", priceMinor: 1 }],
       calls: [{ stopId: $stop, arrivesAt: $soon, departsAt: $soon }, { stopId: $stop, arrivesAt: $later, departsAt: $later }] }) { id } }`,
  ],
  ['createVenue', OWN_ORGANIZATION, 'mutation { createVenue(organizationId: $organization, input: { name: "V", address: "A", timeZone: "Europe/London" }) { id } }'],
  ['deactivatePromo', OWN_ORGANIZATION, 'mutation { deactivatePromo(id: $promo) { active } }'],
  ['declineSeats', OWNER, 'mutation { declineSeats(input: { orderId: $order }) { __typename } }'],
  ['declineSeats', EVERYBODY, 'mutation { declineSeats(input: { orderId: $order, sessionToken: $token }) { __typename } }'],
  ['deleteTier', OWN_ORGANIZATION, 'mutation { deleteTier(id: $tier) { __typename } }'],
  ['downloadTicket', OWNER_AND_ORGANIZATION, 'mutation { downloadTicket(id: $ticket) { __typename } }'],
  ['downloadInvoice', 'n n y y n n y', 'mutation { downloadInvoice(id: $invoice) { __typename } }'],
  ['downloadInvoice', EVERYBODY, 'mutation { downloadInvoice(id: $invoice, sessionToken: $soldToken) { __typename } }'],
  ['exchangeOffer', 'u f y f f f y', 'mutation { exchangeOffer(input: { ticketIds: [$ticket], reservationId: $reservation, sessionToken: $token }) { __typename } }'],
  ['exchangeTickets', 'u f y f f f y', 'mutation { exchangeTickets(input: { ticketIds: [$ticket], reservationId: $reservation, sessionToken: $token }) { __typename } }'],
  ['exportAccounting', OWN_ORGANIZATION, 'mutation { exportAccounting(organizationId: $organization, since: $soon, until: $later, format: CSV) { url } }'],
  ['extendReservation', OWNER, 'mutation { extendReservation(input: { reservationId: $reservation }) { __typename } }'],
  ['extendReservation', EVERYBODY, 'mutation { extendReservation(input: { reservationId: $reservation, sessionToken: $token }) { __typename } }'],
  ['logIn', EVERYBODY, 'mutation { logIn(input: { email: "nobody@holdfast.test", password: "wrong" }) { __typename } }'],
  ['logOut', EVERYBODY, 'mutation { logOut(refreshToken: "none") }'],
  ['publishBookable', OWN_ORGANIZATION, 'mutation { publishBookable(id: $trip) { id } }'],
  ['quote', OWNER, 'mutation { quote(input: { reservationId: $reservation }) { __typename } }'],
  ['quote', EVERYBODY, 'mutation { quote(input: { reservationId: $reservation, sessionToken: $token }) { __typename } }'],
  ['refreshSession', EVERYBODY, 'mutation { refreshSession(refreshToken: "none") { __typename } }'],
  ['register', EVERYBODY, 'mutation { register(input: { email: $email, password: "a long enough password", name: "A" }) { __typename } }'],
  ['rejectOrder', OWN_ORGANIZATION, 'mutation { rejectOrder(id: $order, reason: "Full.") { __typename } }'],
  ['removePlace', OWNER, 'mutation { removePlace(input: { reservationId: $reservation, seatId: $takenSeat }) { __typename } }'],
  ['removePlace', EVERYBODY, 'mutation { removePlace(input: { reservationId: $reservation, sessionToken: $token, seatId: $takenSeat }) { __typename } }'],
  ['requestPasswordReset', EVERYBODY, 'mutation { requestPasswordReset(email: "nobody@holdfast.test") }'],
  ['reserve', EVERYBODY, 'mutation { reserve(input: { bookableId: $trip, from: 0, to: 3, seats: [{ seatId: $takenSeat }] }) { __typename } }'],
  ['reserve', 'n n n n n n n', 'mutation { reserve(input: { bookableId: $draft, from: 0, to: 3, seats: [{ seatId: $takenSeat }] }) { __typename } }'],
  ['resetPassword', EVERYBODY, 'mutation { resetPassword(input: { token: "none", newPassword: "a long enough password" }) { __typename } }'],
  ['revokeCalendarFeed', LOGGED_IN, 'mutation { revokeCalendarFeed }'],
  ['scan', 'u f f y f y y', 'mutation { scan(input: { bookableId: $trip, code: "not a ticket" }) { __typename } }'],
  ['setAttendee', 'u f y f f f y', 'mutation { setAttendee(id: $ticket, input: { name: "A", email: "a@holdfast.test" }) { __typename } }'],
  ['transferTicket', 'u f y f f f y', 'mutation { transferTicket(input: { ticketId: $ticket, email: $email }) { __typename } }'],
  ['updateOrganization', OWN_ORGANIZATION, 'mutation { updateOrganization(id: $organization, input: { holdMinutes: 15 }) { id } }'],
  ['updatePromo', OWN_ORGANIZATION, 'mutation { updatePromo(id: $promo, input: { name: "P" }) { __typename } }'],
  ['updateTaxRate', OWN_ORGANIZATION, 'mutation { updateTaxRate(id: $taxRate, input: { name: "VAT" }) { id } }'],
  ['updateTier', OWN_ORGANIZATION, 'mutation { updateTier(id: $tier, input: { priceMinor: 1 }) { __typename } }'],

  ['liveMap', EVERYBODY, 'subscription { liveMap(bookableId: $trip, from: 0, to: 3) { __typename } }'],
  ['liveMap', DRAFT, 'subscription { liveMap(bookableId: $draft, from: 0, to: 3) { __typename } }'],
];

describe('the authorization matrix', () => {
  let application: TestApplication;
  let people: Record<Caller, Client>;
  let objects: Record<string, string>;

  beforeAll(async () => {
    application = await startApplication();
    const company = await operator(application);
    const [owner, passenger, admin] = await Promise.all([
      account(application),
      account(application),
      account(application, { isAdmin: true }),
    ]);
    people = {
      public: application.client,
      passenger: passenger.client,
      owner: owner.client,
      organiser: company.organiser.client,
      'foreign organiser': company.foreign.organiser.client,
      gate: company.gate.client,
      admin: admin.client,
    };
    objects = await makeObjects(company, owner);
  });
  afterAll(async () => {
    await Promise.all(Object.values(people).map((client) => client.close()));
    await application.close();
  });

  /** A sold ticket, scanned, so that nothing which the matrix tries can change it; and all the rest of an organization. */
  async function makeObjects(
    { organization, organiser, gate }: Operator,
    owner: Account,
  ): Promise<Record<string, string>> {
    const sale: Sale = await trip(application, organization.id, { startsInHours: 3 });
    const draft = await trip(application, organization.id, { draft: true });
    const calledOff = await trip(application, organization.id);
    const { ticket, order: sold, reservationId } = await soldTicket(application, owner, sale);
    const invoice = await application.get(InvoicingService).invoice(sold.id);
    const made = await gate.client.ask<{ scan: { __typename: string } }>(
      `mutation ($input: ScanInput!) { scan(input: $input) { __typename } }`,
      {
        input: { bookableId: sale.bookable.id, code: ticket.qr },
      },
    );
    expect(made.scan.__typename).toBe('CheckIn');
    // The session token is shown once, when the seats are held: one for a reservation that cannot be used any more.
    const held: Reserved = await reserve(owner.client, sale, ['2A']);
    const { id: order } = await placeOrder(owner, held);
    await owner.client.ask(`mutation ($id: ID!) { cancelReservation(id: $id) { __typename } }`, {
      id: held.reservation!.id,
    });
    const parts = await organiser.client.ask<Record<'venue' | 'route' | 'stop' | 'taxRate', { id: string }>>(
      `mutation ($id: ID!) {
         taxRate: createTaxRate(organizationId: $id, input: { country: "GB", name: "VAT", rateBps: 2000 }) { id }
         venue: createVenue(organizationId: $id, input: { name: "V", address: "A", timeZone: "Europe/London" }) { id }
         route: createRoute(organizationId: $id, input: { shortName: "R", longName: "Route" }) { id }
         stop: createStop(organizationId: $id, input: { name: "S", timeZone: "Europe/London" }) { id } }`,
      { id: organization.id },
    );
    const [{ number } = { number: '' }] = await application.database.query<{ number: string }>(
      `SELECT number FROM tickets WHERE id = $1`,
      [ticket.id],
    );
    const [tier] = await application.database.query<{ id: string }>(`SELECT id FROM tiers WHERE bookable_id = $1`, [
      sale.bookable.id,
    ]);
    const promo = await promoOf(application, organization.id, { code: 'TAKEN' });
    const newcomer = await account(application);
    return {
      organization: organization.id,
      trip: sale.bookable.id,
      draft: draft.bookable.id,
      calledOff: calledOff.bookable.id,
      seatMap: sale.bookable.seatMapId,
      takenSeat: sale.seat('1A').id,
      ticket: ticket.id,
      number,
      reservation: held.reservation!.id,
      order,
      token: held.sessionToken!,
      email: newcomer.email,
      promo: promo.id,
      invoice: invoice!.id,
      soldToken: application.get(SessionTokens).of(reservationId),
      venue: parts.venue.id,
      route: parts.route.id,
      stop: parts.stop.id,
      taxRate: parts.taxRate.id,
      tier: tier!.id,
      get unique() {
        return newId();
      },
      soon: new Date(Date.now() + 3_600_000).toISOString(),
      later: new Date(Date.now() + 7_200_000).toISOString(),
    };
  }

  const fillIn = (operation: string): string =>
    operation.replace(/\$(\w+)/g, (_, name: string) => JSON.stringify(objects[name]));

  async function answerTo(client: Client, operation: string): Promise<string> {
    try {
      if (!operation.startsWith('subscription')) await client.ask(fillIn(operation));
      else {
        const messages = client.subscribe(fillIn(operation));
        await messages.next();
        await messages.return?.();
      }
      return 'allowed';
    } catch (error) {
      return error instanceof GraphqlFailure ? String(error.code) : String(error);
    }
  }

  it('has a line for every root field of the schema', async () => {
    const { __schema } = await application.client.ask<{ __schema: Record<string, { fields: { name: string }[] }> }>(
      '{ __schema { queryType { fields { name } } mutationType { fields { name } } subscriptionType { fields { name } } } }',
    );
    const fields = Object.values(__schema).flatMap((type) => type.fields.map(({ name }) => name));
    expect([...new Set(MATRIX.map(([field]) => field))].toSorted()).toEqual(fields.toSorted());
    expect(
      MATRIX.filter(([field, , operation]) => !operation.includes(`${field}(`) && !operation.includes(`${field} `)),
    ).toEqual([]);
  });

  it.each(MATRIX)('%s: %s', async (_field, answers, operation) => {
    const expected = Object.fromEntries(
      CALLERS.map((caller, index) => [caller, ANSWERS[answers.split(' ')[index] as keyof typeof ANSWERS]]),
    );
    const actual = await Promise.all(
      CALLERS.map(async (caller) => [caller, await answerTo(people[caller], operation)] as const),
    );
    expect(Object.fromEntries(actual)).toEqual(expected);
  });

  describe('a token that is not good', () => {
    const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = (header: object, claims: object, secret: string): string => {
      const content = `${encoded(header)}.${encoded(claims)}`;
      return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
    };
    const now = Math.floor(Date.now() / 1000);
    const claims = { sub: newId(), admin: true, iat: now - 7200, exp: now + 3600 };

    it.each<[string, (secret: string) => string]>([
      ['expired', (secret) => signed({ alg: 'HS256', typ: 'JWT' }, { ...claims, exp: now - 1 }, secret)],
      [
        'signed with another secret',
        () => signed({ alg: 'HS256', typ: 'JWT' }, claims, 'another secret, forty characters long ..'),
      ],
      ['not signed', () => `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(claims)}.`],
      [
        'changed after it was signed',
        (secret) =>
          signed({ alg: 'HS256', typ: 'JWT' }, { ...claims, admin: false }, secret).replace(
            /\.[^.]*\./,
            `.${encoded(claims)}.`,
          ),
      ],
      ['nonsense', () => 'nonsense'],
      ['empty', () => ' '],
    ])('is refused on every operation, over HTTP and websocket: %s', async (_name, make) => {
      const client = new Client(application.url, make(application.env['JWT_SECRET']!));
      for (const [field, , operation] of MATRIX) {
        if (!operation.startsWith('subscription'))
          expect([field, await answerTo(client, operation)]).toEqual([field, 'UNAUTHENTICATED']);
        const messages = client.subscribe(fillIn(operation));
        await expect(messages.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      }
      await client.close();
    });

    it('is good when it is signed and in time: these refusals are not for another reason', async () => {
      const client = new Client(
        application.url,
        signed({ alg: 'HS256', typ: 'JWT' }, claims, application.env['JWT_SECRET']!),
      );
      expect(await answerTo(client, 'query { ticket(id: $ticket) { id } }')).toBe('allowed');
      const messages = client.subscribe<{ me: null }>('{ me { id } }');
      expect((await messages.next()).value).toEqual({ me: null });
      await messages.return?.();
      await client.close();
    });
  });
});
