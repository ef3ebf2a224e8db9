import { GraphQLSchemaHost } from '@nestjs/graphql';
import { JwtService } from '@nestjs/jwt';
import type { GraphQLObjectType } from 'graphql';
import { register } from 'prom-client';
import { newId } from '#kernel';
import { type TestApplication, startApplication } from '../support/application.js';
import { StoppedClock } from '../support/clock.js';
import { type Account, account, operator, trip } from '../support/fixtures.js';
import { type Reserved, type Sale, reserve } from '../support/sale.js';

/** A request, and by which way it goes when it comes again. */
interface Case {
  way?: 'compiled' | 'apollo';
  query: unknown;
  variables?: unknown;
  operationName?: unknown;
  more?: Record<string, unknown>;
  headers?: Record<string, string>;
  /** What must be in the answer, so that the case tests what it says. */
  has: string | RegExp;
}

const SEATS =
  'query Seats($id: ID!, $from: Int, $to: Int = 3) { bookable(id: $id) { seats(from: $from, to: $to) { state seat { label } } } }';
const RESERVE = `mutation Reserve($input: ReserveInput!) { reserve(input: $input) { __typename
  ... on ReservationOpened { sessionToken reservation { id state expiresAt places { seat { label } priceMinor } } }
  ... on SeatTaken { seatIds } ... on Refusal { message } } }`;
const CONDITIONS = `query Conditions($id: ID!, $yes: Boolean!, $no: Boolean = false) { bookable(id: $id) {
  id @include(if: $yes) title @skip(if: $yes) ... @include(if: $no) { legCount } ...Times @skip(if: $no) } }
  fragment Times on Bookable { startsAt }`;

describe('an operation that comes again is answered by its plan as Apollo answers it', () => {
  const clock = new StoppedClock();
  let application: TestApplication;
  let passenger: Account;
  let organiser: Account;
  let sale: Sale;
  let held: Reserved;
  let id: string;

  beforeAll(async () => {
    application = await startApplication({}, clock);
    passenger = await account(application);
    const people = await operator(application);
    organiser = people.organiser;
    sale = await trip(application, people.organization.id);
    id = sale.bookable.id;
    held = await reserve(passenger.client, sale, ['1A', '1B']);
  });
  afterAll(async () => {
    await application.close();
  });

  const as = ({ client }: Account): Record<string, string> => ({ authorization: `Bearer ${client.accessToken}` });
  const token = (claims: object, secret = application.env['JWT_SECRET']!): Record<string, string> => ({
    authorization: `Bearer ${new JwtService({ secret }).sign({ sub: passenger.userId, ...claims })}`,
  });
  const seats = (...labels: string[]): object[] => labels.map((label) => ({ seatId: sale.seat(label).id }));
  const input = (wish: object): { input: object } => ({ input: { bookableId: id, from: 0, to: 3, ...wish } });

  // prettier-ignore
  const cases: [string, () => Case][] = [
    ['a query of one field', () => ({ query: '{ __typename }', has: '{"data":{"__typename":"Query"}}\n' })],
    ['aliases of fields and roots', () => ({ query: `{ one: bookable(id: "${id}") { a: id b: id __typename } two: bookable(id: "${id}") { id } }`, has: '"two"' })],
    ['variables, with a default', () => ({ query: SEATS, variables: { id, from: 0 }, has: '"state":"HELD"' })],
    ['variables that are null', () => ({ query: SEATS, variables: { id, from: null, to: null }, has: 'data' })],
    ['no variables at all', () => ({ query: 'query ($first: Int! = 2) { events(first: $first) { nodes { id } } }', has: '"nodes"' })],
    ['null instead of variables', () => ({ query: 'query ($n: Int! = 2) { trips(first: $n) { nodes { id } } }', variables: null, has: '"nodes"' })],
    ['variables nobody asked for', () => ({ query: '{ trips { nodes { id } } }', variables: { x: { y: 1 } }, has: '"nodes"' })],
    ['a variable of the wrong type', () => ({ way: 'apollo', query: SEATS, variables: { id, from: 'x' }, has: 'BAD_USER_INPUT' })],
    ['a missing variable', () => ({ way: 'apollo', query: SEATS, variables: {}, has: 'BAD_USER_INPUT' })],
    ['an unknown member of an input', () => ({ way: 'apollo', query: RESERVE, variables: { input: { bookableId: id, colour: 'red' } }, has: 'BAD_USER_INPUT' })],
    ['a scalar of our own that is wrong', () => ({ way: 'apollo', query: 'query ($d: DateTime!, $o: ID!) { reservationStatistics(organizationId: $o, since: $d) { __typename } }', variables: { d: '2026-02-30T00:00:00Z', o: sale.organizationId }, has: 'BAD_USER_INPUT' })],
    ['a scalar of our own', () => ({ query: 'query ($d: DateTime!, $o: ID!) { reservationStatistics(organizationId: $o, since: $d) { __typename } }', variables: { d: '2026-02-28T00:00:00Z', o: sale.organizationId }, headers: as(organiser), has: 'ReservationStatistics' })],
    ['fragments, interfaces and types', () => ({ query: `query ($id: ID!) { bookable(id: $id) { ...A ... on Trip { calls { position stop { name } } } ... on Event { venue { name } } } } fragment A on Bookable { __typename title startsAt ...B } fragment B on Bookable { legCount seatMap { name seats { label ordinal } } }`, variables: { id }, has: '"Stop 1"' }) ],
    ['conditions that hold', () => ({ query: CONDITIONS, variables: { id, yes: true }, has: `{"id":"${id}","startsAt"` })],
    ['conditions that do not hold', () => ({ query: CONDITIONS, variables: { id, yes: false, no: true }, has: '"legCount"' })],
    ['a condition that is null', () => ({ way: 'apollo', query: CONDITIONS, variables: { id, yes: true, no: null }, has: /BAD_USER_INPUT.*"data":null/ })],
    ...['events(first: $n) { nodes { id } }', 'trips(first: $n) { nodes { id } }', `journal(organizationId: "${newId()}", since: "2026-02-28T00:00:00Z", until: "2026-03-01T00:00:00Z", first: $n) { __typename }`, `promos(organizationId: "${newId()}", first: $n) { id }`, 'myTickets(first: $n) { id }',
      `ordersAwaitingApproval(organizationId: "${newId()}", first: $n) { id }`].map((field): [string, () => Case] => [`null for an argument with a default: ${field.split('(')[0]}`, () => ({ query: `query ($n: Int) { __typename ${field} }`, variables: { n: null }, headers: as(organiser), has: /"Argument \\"first\\" of non-null type \\"Int!\\" must not be null\.".*"code":"BAD_USER_INPUT"/ })]),
    ['null for an argument with a default, in a mutation', () => ({ query: 'mutation ($f: InvoiceFormat) { downloadInvoice(id: "x", format: $f) { __typename } }', variables: { f: null }, headers: as(organiser), has: /must not be null.*BAD_USER_INPUT/ })],
    ['null beside a field that is well', () => ({ query: 'query ($n: Int) { __typename nothing: me { id } trips(first: $n) { nodes { id } } }', variables: { n: null }, has: /UNAUTHENTICATED.*BAD_USER_INPUT/ })],
    ['null where a variable with a default may be used', () => ({ query: 'query ($id: ID! $c: String = "GBP") { bookable(id: $id) { id } stops(name: $c) { id } }', variables: { id, c: null }, has: /BAD_USER_INPUT.*"data":null/ })],
    ['null inside of an input', () => ({ query: 'mutation ($i: ID = "x") { reserve(input: { bookableId: $i }) { __typename } }', variables: { i: null }, has: /invalid value.*BAD_USER_INPUT/ })],
    ['null in a directive at the root', () => ({ way: 'apollo', query: 'query ($no: Boolean = false) { __typename @include(if: $no) }', variables: { no: null }, has: /BAD_USER_INPUT/ })],
    ['conditions without variables', () => ({ query: '{ __typename @include(if: true) trips @skip(if: true) { nodes { id } } }', has: '"Query"' })],
    ['one of two operations', () => ({ query: 'query A { __typename } query B { b: __typename }', operationName: 'B', has: '"b"' })],
    ['none of two operations', () => ({ way: 'apollo', query: 'query A { __typename } query B { b: __typename }', has: 'OPERATION_RESOLUTION_FAILURE' })],
    ['an operation that is not there', () => ({ way: 'apollo', query: 'query A { __typename }', operationName: 'C', has: 'OPERATION_RESOLUTION_FAILURE' })],
    ['a name that is empty', () => ({ way: 'apollo', query: 'query A { __typename }', operationName: '', has: 'errors' })],
    ['a name that is the beginning of another query', () => ({ way: 'apollo', query: ' { b: __typename }', operationName: 'query A\n', has: 'errors' })],
    ['a name that is null', () => ({ query: 'query A { __typename }', operationName: null, has: '"Query"' })],
    ['an id that is none', () => ({ query: '{ bookable(id: "x") { id } }', has: 'BAD_USER_INPUT' })],
    ['what is not there', () => ({ query: `{ bookable(id: "${newId()}") { id } }`, has: 'NOT_FOUND' })],
    ['an error in a field that must be there', () => ({ query: SEATS, variables: { id, from: 3, to: 1 }, has: /"errors":.*"path":\["bookable","seats"\].*"data":null/ })],
    ['errors of two roots', () => ({ query: `{ a: bookable(id: "x") { id } b: bookable(id: "${newId()}") { id } }`, has: '"data":null' })],
    ['an error beside an answer', () => ({ query: '{ __typename me { id } }', has: /UNAUTHENTICATED.*"data":\{"__typename":"Query","me":null\}/ })],
    ['input that our rules refuse', () => ({ query: RESERVE, variables: input({ seats: [{ seatId: 'x' }], from: -1 }), has: '"fields"' })],
    ['text that cannot be kept', () => ({ query: 'query ($n: String!) { stops(name: $n) { id } }', variables: { n: 'a\0b' }, has: 'BAD_USER_INPUT' })],
    ['a refusal', () => ({ query: RESERVE, variables: input({ seats: seats('1A', '2A') }), headers: as(passenger), has: '"SeatTaken"' })],
    ['a mutation and its repetitions', () => ({ query: RESERVE, variables: input({ seats: seats('5A', '5B'), idempotencyKey: 'one and the same key' }), headers: as(passenger), has: '"ReservationOpened"' })],
    ['mutations one after the other', () => ({ query: `mutation ($i: ReserveInput!, $r: ID!, $s: String) { first: reserve(input: $i) { __typename } second: cancelReservation(id: $r, sessionToken: $s) { __typename } third: reserve(input: $i) { __typename } }`, variables: { i: input({ seats: seats('1A') }).input, r: newId() }, has: 'NOT_FOUND' })],
    ['a reservation of one\'s own', () => ({ query: 'query ($id: ID!) { reservation(id: $id) { id state secondsLeft extensionsLeft places { seat { label } area { name } tier { name } } order { id } bookable { title } } }', variables: { id: held.reservation!.id }, headers: as(passenger), has: '"order":null' })],
    ['a reservation of somebody else', () => ({ query: 'query ($id: ID!) { reservation(id: $id) { id } }', variables: { id: held.reservation!.id }, headers: as(organiser), has: 'NOT_FOUND' })],
    ['somebody who is logged in', () => ({ query: '{ me { id email } }', headers: as(passenger), has: 'holdfast.test' })],
    ['somebody who is not', () => ({ query: '{ myTickets { id } }', has: 'UNAUTHENTICATED' })],
    ['somebody who may not', () => ({ query: 'mutation ($o: ID!) { createSeatMap(organizationId: $o, layout: "coach-49") { id } }', variables: { o: sale.organizationId }, headers: as(passenger), has: 'FORBIDDEN' })],
    ['a forged token', () => ({ query: '{ __typename me { id } }', headers: token({ exp: 4_000_000_000 }, 'another secret, which is also long enough'), has: 'UNAUTHENTICATED' })],
    ['an expired token', () => ({ query: '{ me { id } }', headers: token({ exp: 1_000_000_000 }), has: 'UNAUTHENTICATED' })],
    ['a header that is no token', () => ({ query: '{ trips { nodes { id } } }', headers: { authorization: 'Basic eDp5' }, has: 'UNAUTHENTICATED' })],
    ['what the types allow and the limits do not', () => ({ way: 'apollo', query: `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: __typename`).join(' ')} }`, has: 'aliases' })],
    ['a field that is not there', () => ({ way: 'apollo', query: '{ passwords }', has: 'GRAPHQL_VALIDATION_FAILED' })],
    ['what does not parse', () => ({ way: 'apollo', query: '{ me {', has: 'GRAPHQL_PARSE_FAILED' })],
    ['introspection', () => ({ way: 'apollo', query: '{ __schema { queryType { name } } }', has: '"queryType"' })],
    ['a subscription', () => ({ way: 'apollo', query: 'subscription ($id: ID!) { liveMap(bookableId: $id) { __typename } }', variables: { id }, has: 'errors' })],
    ['the protocol of persisted queries', () => ({ way: 'apollo', query: '{ __typename }', more: { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }, has: 'errors' })],
    ['extensions that are null', () => ({ query: '{ __typename }', more: { extensions: null }, has: 'data' })],
    ['a query that is no text', () => ({ way: 'apollo', query: 7, has: 'BAD_REQUEST' })],
    ['variables that are an array', () => ({ way: 'apollo', query: '{ __typename }', variables: [], has: 'BAD_REQUEST' })],
    ['a form of another site', () => ({ way: 'apollo', query: '{ __typename }', headers: { 'content-type': 'text/plain' }, has: 'errors' })],
    ['JSON with its character set', () => ({ query: '{ __typename }', headers: { 'content-type': 'application/json; charset=utf-8' }, has: 'data' })],
    ...['*/*', 'application/json', 'application/json, */*', 'application/json, text/plain, */*', 'application/graphql-response+json',
      'application/graphql-response+json,application/json;q=0.9', 'application/graphql-response+json, application/json',
      'application/graphql-response+json, application/graphql+json, application/json',
      'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
    ].map((accept): [string, () => Case] => [`a client that accepts ${accept}`, () => ({ query: '{ __typename nothing: me { id } }', headers: { accept }, has: '"nothing":null' })]),
    ['a client that accepts nothing of ours', () => ({ way: 'apollo', query: '{ __typename }', headers: { accept: 'image/png' }, has: 'BAD_REQUEST' })],
    ['a client that wants something rare', () => ({ way: 'apollo', query: '{ __typename }', headers: { accept: 'text/html, application/json;q=0.5' }, has: 'data' })],
  ];

  it.each(cases)('%s', async (name, make) => {
    const { way = 'compiled', has, query, variables, operationName, more, headers } = make();
    // A document of its own for each case: the first time, and the second, in which the plan is made, are what it is about.
    const own = typeof query === 'string' ? `${query} # ${name}` : query;
    const body = JSON.stringify({ query: own, variables, operationName, ...more });
    const ask = async (): Promise<{ way: string; answer: unknown; text: string }> => {
      const before = await waysTaken();
      const response = await fetch(`${application.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-request-id': 'always-the-same', ...headers },
        body,
      });
      const text = await response.text();
      const after = await waysTaken();
      const kept = [...response.headers].filter(([header]) => header !== 'date');
      const taken = Object.keys(after).filter((each) => after[each] !== before[each]);
      return { way: taken.join(), answer: { status: response.status, headers: kept, text }, text };
    };
    const [first, second, third] = [await ask(), await ask(), await ask()];
    expect(first.text).toMatch(has);
    expect([first, second, third].map((each) => each.way)).toEqual(['apollo', way, way]);
    expect(second.answer).toEqual(first.answer);
    expect(third.answer).toEqual(first.answer);
  });

  it('knows which fields are but properties, by the name of what Nest gives them', () => {
    const { schema } = application.app.get(GraphQLSchemaHost);
    const resolverOf = (type: string, field: string): string | undefined =>
      (schema.getType(type) as GraphQLObjectType).getFields()[field]!.resolve?.name;
    expect(resolverOf('Seat', 'label')).toBe('rootFieldResolver');
    expect(resolverOf('Bookable', 'seats')).not.toBe('rootFieldResolver');
  });

  it('hands questions by address to Apollo', async () => {
    const ask = async (): Promise<Response> =>
      await fetch(`${application.url}/graphql?query={__typename}`, { headers: { 'apollo-require-preflight': '1' } });
    const before = await waysTaken();
    for (let time = 0; time < 3; time += 1)
      expect(await (await ask()).text()).toBe('{"data":{"__typename":"Query"}}\n');
    expect((await waysTaken())['apollo']).toBe((before['apollo'] ?? 0) + 3);
  });
});

async function waysTaken(): Promise<Record<string, number>> {
  const { values } = await register.getSingleMetric('holdfast_graphql_operations_total')!.get();
  return Object.fromEntries(values.map(({ labels, value }) => [labels['way'], value]));
}
