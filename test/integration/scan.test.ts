import { QrTokens } from '#tickets';
import { type Account, type Operator, account, operator, soldTicket, trip } from '../support/fixtures.js';
import { type TestApplication, startApplication } from '../support/application.js';
import type { Bought, Sale } from '../support/sale.js';

interface Scanned {
  __typename: string;
  message?: string;
  gate?: string;
}

describe('scanning at the door', () => {
  let application: TestApplication;
  let own: Operator;
  let passenger: Account;
  let sale: Sale;
  let ticket: Bought['tickets'][number];
  beforeAll(async () => {
    application = await startApplication();
    own = await operator(application);
    passenger = await account(application);
    sale = await trip(application, own.organization.id, { startsInHours: 20 });
  });
  let label = 0;
  beforeEach(async () => {
    ({ ticket } = await soldTicket(application, passenger, sale, sale.seats[label++]!.label));
  });
  afterAll(async () => {
    await application.close();
  });

  async function scan(
    code: string,
    extra: { bookableId?: string; position?: number; gate?: string } = {},
    as = own.gate,
  ): Promise<Scanned> {
    const { scan } = await as.client.ask<{ scan: Scanned }>(
      `mutation ($input: ScanInput!) { scan(input: $input) { __typename ... on AlreadyUsed { gate } ... on Refusal { message } } }`,
      { input: { code, bookableId: sale.bookable.id, ...extra } },
    );
    return scan;
  }

  it('lets one of fifty gates open', async () => {
    const scans = await Promise.all(
      Array.from({ length: 50 }, (_, gate) => scan(ticket.qr!, { gate: `gate ${gate}` })),
    );
    expect(scans.filter(({ __typename }) => __typename === 'CheckIn')).toHaveLength(1);
    expect(scans.filter(({ __typename }) => __typename === 'AlreadyUsed')).toHaveLength(49);
    const rows = await application.database.query<{ gate: string }>(`SELECT gate FROM check_ins WHERE ticket_id = $1`, [
      ticket.id,
    ]);
    expect(rows).toHaveLength(1);
    expect(await scan(ticket.qr!)).toMatchObject({ __typename: 'AlreadyUsed', gate: rows[0]!.gate });
  });

  it.each(['', 'https://example.com/ticket', 'HF1.AAAA'])('does not know %p', async (code) => {
    expect((await scan(code)).__typename).toBe('UnknownCode');
  });

  it('sees a forged code', async () => {
    const bytes = Buffer.from(ticket.qr!.slice(4), 'base64url');
    bytes[40] = bytes[40]! ^ 1;
    expect((await scan(`HF1.${bytes.toString('base64url')}`)).__typename).toBe('ForgedCode');
  });

  it('refuses the ticket of another trip, and of another stop', async () => {
    const other = await trip(application, own.organization.id);
    expect(await scan(ticket.qr!, { bookableId: other.bookable.id })).toMatchObject({
      __typename: 'WrongBookable',
      message: expect.stringContaining(sale.bookable.title),
    });
    expect((await scan(ticket.qr!, { position: 1 })).__typename).toBe('WrongStop');
    expect((await scan(ticket.qr!, { position: 0 })).__typename).toBe('CheckIn');
  });

  it('tells a foreign gate nothing', async () => {
    const theirs = await trip(application, own.foreign.organization.id);
    expect((await scan(ticket.qr!, { bookableId: theirs.bookable.id }, own.foreign.organiser)).__typename).toBe(
      'UnknownCode',
    );
    await expect(scan(ticket.qr!, {}, own.foreign.organiser)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('refuses a cancelled ticket, and a code that was replaced', async () => {
    const old = application
      .get(QrTokens)
      .of({ id: ticket.id, bookableId: sale.bookable.id, serial: 0, fromPosition: 0, toPosition: 3 });
    expect((await scan(old)).__typename).toBe('CancelledTicket');
    await passenger.client.ask(`mutation ($id: ID!) { cancelTicket(id: $id) { __typename } }`, { id: ticket.id });
    expect((await scan(ticket.qr!)).__typename).toBe('CancelledTicket');
  });

  it('opens the doors in time, and closes them', async () => {
    await application.database.query(
      `UPDATE tickets SET starts_at = now() + interval '25 hours', ends_at = now() + interval '28 hours' WHERE id = $1`,
      [ticket.id],
    );
    expect((await scan(ticket.qr!)).__typename).toBe('TooEarly');
    await application.database.query(
      `UPDATE tickets SET starts_at = now() - interval '16 hours', ends_at = now() - interval '13 hours' WHERE id = $1`,
      [ticket.id],
    );
    expect((await scan(ticket.qr!)).__typename).toBe('ExpiredTicket');
  });

  it('refuses a ticket that was never paid', async () => {
    await application.database.query(`ALTER TABLE tickets DISABLE TRIGGER tickets_moves`);
    await application.database.query(`UPDATE tickets SET state = 'RESERVED' WHERE id = $1`, [ticket.id]);
    expect((await scan(ticket.qr!)).__typename).toBe('ExpiredTicket');
  });
});
