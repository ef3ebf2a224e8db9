import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '#kernel';
import { AccountsService, MemberRole } from '#identity';
import type { Organization } from '#catalogue';
import type { Client } from '../../apps/cli/src/journey/client.js';
import type { TestApplication } from './application.js';
import { type Bought, type Reserved, type Sale, type TripOptions, organization, reserve, tripOf } from './sale.js';

const PASSWORD = 'a long enough password';

/** An account and a client that is logged in as it. */
export interface Account {
  userId: string;
  email: string;
  client: Client;
}

/** Two organizations that have nothing to do with each other, and the people of both. */
export interface Operator {
  organization: Organization;
  organiser: Account;
  gate: Account;
  foreign: { organization: Organization; organiser: Account };
}

/** A new account, a member of an organization or not. Roles are in the access token, so they are given before the login. */
export async function account(
  application: TestApplication,
  is: { isAdmin?: boolean; memberOf?: [organizationId: string, role: MemberRole] } = {},
): Promise<Account> {
  const accounts = application.get(AccountsService);
  const email = `${newId()}@holdfast.test`;
  const user = await accounts.create({ email, password: PASSWORD, name: 'Somebody', isAdmin: is.isAdmin });
  if (is.memberOf) await accounts.addMember(user.id, ...is.memberOf);
  return { userId: user.id, email, client: await application.client.logIn(email, PASSWORD) };
}

export async function operator(application: TestApplication): Promise<Operator> {
  const [own, other] = [await organization(application), await organization(application)];
  const [organiser, gate, stranger] = await Promise.all([
    account(application, { memberOf: [own.id, MemberRole.ORGANISER] }),
    account(application, { memberOf: [own.id, MemberRole.GATE] }),
    account(application, { memberOf: [other.id, MemberRole.ORGANISER] }),
  ]);
  return { organization: own, organiser, gate, foreign: { organization: other, organiser: stranger } };
}

/** A trip of the organization with so many stops. */
export async function trip(
  application: TestApplication,
  organizationId: string,
  { calls = 4, ...options }: Omit<TripOptions, 'stops'> & { calls?: number } = {},
): Promise<Sale> {
  const stops = Array.from({ length: calls }, (_, index) => `Stop ${index}`);
  return await tripOf(application, organizationId, { stops, ...options });
}

const ORDER = '__typename ... on Order { id state totalMinor payment { payUrl state } tickets { id state qr } }';

/** An order for a reservation, as the account that made it. */
export async function placeOrder({ client }: Account, { reservation }: Reserved): Promise<Bought> {
  const { checkOut } = await client.ask<{ checkOut: Bought }>(
    `mutation ($id: ID!) { checkOut(input: { reservationId: $id }) { ${ORDER} } }`,
    {
      id: reservation!.id,
    },
  );
  return checkOut;
}

/** Decides on the pay page of the sandbox; the webhook comes a moment later. */
async function decideOnPayPage({ payment }: Bought, outcome: 'pay' | 'decline' = 'pay'): Promise<void> {
  const answer = await fetch(payment!.payUrl, { method: 'POST', body: new URLSearchParams({ outcome }) });
  if (!answer.ok) throw new Error(`the pay page answered ${answer.status}`);
}

/** Asks again and again until `done`. @throws Error when it never is */
export async function eventually<T>(ask: () => Promise<T>, done: (value: T) => boolean, withinMs = 10_000): Promise<T> {
  for (const until = Date.now() + withinMs; ; await sleep(25)) {
    const value = await ask();
    if (done(value)) return value;
    if (Date.now() > until) throw new Error(`still ${JSON.stringify(value)} after ${withinMs} ms`);
  }
}

/** A seat that the passenger reserved, checked out and paid on the pay page: the order is PAID and so is its ticket. */
export async function soldTicket(
  application: TestApplication,
  passenger: Account,
  sale: Sale,
  label = '1A',
): Promise<{ reservationId: string; order: Bought; ticket: Bought['tickets'][number] }> {
  const reserved = await reserve(passenger.client, sale, [label], { to: sale.bookable.legCount });
  const placed = await placeOrder(passenger, reserved);
  await decideOnPayPage(placed);
  const read = async (): Promise<Bought> =>
    (
      await passenger.client.ask<{ order: Bought }>(`query ($id: ID!) { order(id: $id) { ${ORDER} } }`, {
        id: placed.id,
      })
    ).order;
  const order = await eventually(
    read,
    ({ state, tickets }) => state === 'PAID' && tickets.every((ticket) => ticket.state === 'PAID'),
  );
  return { reservationId: reserved.reservation!.id, order, ticket: order.tickets[0]! };
}
