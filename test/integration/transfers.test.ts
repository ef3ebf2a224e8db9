import { newId } from '#kernel';
import { MovedClock } from '../support/clock.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { type Account, type Operator, account, eventually, operator, soldTicket, trip } from '../support/fixtures.js';
import type { Sale } from '../support/sale.js';

const TRANSFER = `mutation ($input: TransferTicketInput!) { transferTicket(input: $input) {
  __typename ... on Ticket { id qr attendeeName attendeeEmail } ... on Refusal { message } } }`;

interface Transferred {
  transferTicket: { __typename: string; qr?: string; attendeeEmail?: string };
}

describe('tickets that change hands', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let staff: Operator;
  let giver: Account;
  let taker: Account;
  let sale: Sale;
  beforeAll(async () => {
    application = await startApplication({}, clock);
    staff = await operator(application);
    [giver, taker] = await Promise.all([account(application), account(application)]);
  });
  beforeEach(async () => {
    sale = await trip(application, staff.organization.id, { startsInHours: 20 });
  });
  afterAll(async () => {
    await application.close();
  });

  const transfer = async (
    by: Account,
    ticketId: string,
    email: string,
    idempotencyKey?: string,
  ): Promise<Transferred['transferTicket']> =>
    (await by.client.ask<Transferred>(TRANSFER, { input: { ticketId, email, idempotencyKey } })).transferTicket;
  const scan = async (code: string): Promise<string> =>
    (
      await staff.gate.client.ask<{ scan: { __typename: string } }>(
        `mutation ($input: ScanInput!) { scan(input: $input) { __typename } }`,
        { input: { code, bookableId: sale.bookable.id } },
      )
    ).scan.__typename;

  it('have one new owner, whose code is the only one', async () => {
    const { ticket } = await soldTicket(application, giver, sale);
    const given = await transfer(giver, ticket.id, taker.email.toUpperCase());
    expect(given).toMatchObject({ __typename: 'Ticket', attendeeEmail: taker.email });
    expect(given.qr).not.toBe(ticket.qr);
    const { myTickets } = await taker.client.ask<{ myTickets: { id: string }[] }>(`{ myTickets { id } }`);
    expect(myTickets.map(({ id }) => id)).toContain(ticket.id);
    expect(await scan(ticket.qr!)).toBe('CancelledTicket');
    expect(await scan(given.qr!)).toBe('CheckIn');
    expect(
      await application.database.query(
        `SELECT from_user_id, to_user_id, serial FROM ticket_transfers WHERE ticket_id = $1`,
        [ticket.id],
      ),
    ).toEqual([{ from_user_id: giver.userId, to_user_id: taker.userId, serial: 1 }]);
  });

  it('are printed for the new owner alone', async () => {
    const { ticket } = await soldTicket(application, giver, sale);
    await transfer(giver, ticket.id, taker.email);
    const download = `mutation ($id: ID!) { downloadTicket(id: $id) { __typename } }`;
    await eventually(
      async () =>
        (await taker.client.ask<{ downloadTicket: { __typename: string } }>(download, { id: ticket.id })).downloadTicket
          .__typename,
      (name) => name === 'DownloadLink',
    );
    await expect(giver.client.ask(download, { id: ticket.id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('answer the same request again, and go to one of many at once', async () => {
    const { ticket } = await soldTicket(application, giver, sale);
    const others = await Promise.all(Array.from({ length: 10 }, () => account(application)));
    const answers = await Promise.allSettled(others.map((one) => transfer(giver, ticket.id, one.email)));
    expect(answers.filter((one) => one.status === 'fulfilled' && one.value.__typename === 'Ticket')).toHaveLength(1);
    const rows = await application.database.query(`SELECT 1 FROM ticket_transfers WHERE ticket_id = $1`, [ticket.id]);
    expect(rows).toHaveLength(1);

    const { ticket: second } = await soldTicket(application, giver, sale, '1B');
    const key = newId();
    const first = await transfer(giver, second.id, taker.email, key);
    expect(await transfer(giver, second.id, taker.email, key)).toEqual({ ...first, qr: first.qr });
  });

  it('stay where they are for a reason that is told', async () => {
    const { ticket } = await soldTicket(application, giver, sale);
    const typeOf = async (by: Account, email: string): Promise<string> =>
      (await transfer(by, ticket.id, email)).__typename;
    expect(await typeOf(giver, `${newId()}@holdfast.test`)).toBe('RecipientUnknown');
    await expect(typeOf(giver, giver.email)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(typeOf(taker, taker.email)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await application.database.query(`UPDATE tiers SET transferable = false WHERE bookable_id = $1`, [
      sale.bookable.id,
    ]);
    expect(await typeOf(giver, taker.email)).toBe('NotTransferable');
    await application.database.query(`UPDATE tiers SET transferable = true WHERE bookable_id = $1`, [sale.bookable.id]);
    expect(await scan(ticket.qr!)).toBe('CheckIn');
    expect(await typeOf(giver, taker.email)).toBe('TicketNotValid');
  });
});
