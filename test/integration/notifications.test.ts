import ICAL from 'ical.js';
import PostalMime, { type Email } from 'postal-mime';
import { newId } from '#kernel';
import { Database, DomainEvents } from '#platform';
import { PasswordResetRequested } from '#identity';
import { OrderRefused, ReleasesService, ReservationExpired } from '#reservations';
import { InvoicePrinted } from '#invoices';
import { QrTokens, TicketsRendered, TicketsService } from '#tickets';
import { InvoiceMessagesService } from '../../libs/notifications/src/invoice-messages.service.js';
import { TicketMessagesService } from '../../libs/notifications/src/ticket-messages.service.js';
import type { Client } from '../../apps/cli/src/journey/client.js';
import { readPdf } from '../../apps/cli/src/journey/read-pdf.js';
import { eventually } from '../../apps/cli/src/journey/steps.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { MovedClock } from '../support/clock.js';
import { startMailServer } from '../support/mail-server.js';
import {
  type Bought,
  type Reserved,
  type Sale,
  checkOut,
  reserve,
  saleOfTrip,
  seatStates,
  tripOf,
} from '../support/sale.js';

interface Listed {
  id: string;
  to: string[];
  subject: string;
  sentAt: string;
}

const SOMEBODY = 'somebody@holdfast.test';

async function pay(order: Bought): Promise<void> {
  await fetch(order.payment!.payUrl, { method: 'POST', body: new URLSearchParams({ outcome: 'pay' }) });
}

describe('messages', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let sale: Sale;
  beforeAll(async () => {
    application = await startApplication({}, clock);
    sale = await saleOfTrip(application);
  });
  afterAll(async () => {
    await application.close();
  });

  const listed = async (to: string): Promise<Listed[]> =>
    (await (await application.client.fetch(`/dev/mail/messages?to=${encodeURIComponent(to)}`)).json()) as Listed[];
  async function caught(to: string, words: string): Promise<Listed> {
    return await eventually(`"${words}" to ${to}`, async () =>
      (await listed(to)).find(({ subject }) => subject.includes(words)),
    );
  }
  async function read({ id }: Listed): Promise<Email> {
    return await PostalMime.parse(await (await application.client.fetch(`/dev/mail/messages/${id}.eml`)).arrayBuffer());
  }
  async function publish(event: object): Promise<void> {
    await application.get(Database).transaction(() => application.get(DomainEvents).publish(event));
  }
  async function bought(labels: string[], reserved?: Reserved): Promise<{ order: Bought; number: string }> {
    const order = await checkOut(application.client, reserved ?? (await reserve(application.client, sale, labels)));
    const [{ number }] = (await application.database.query<{ number: string }>(
      `SELECT number FROM orders WHERE id = $1`,
      [order.id],
    )) as [{ number: string }];
    return { order, number };
  }
  async function passenger(): Promise<{ client: Client; email: string }> {
    const email = `${newId()}@holdfast.test`;
    return { client: await application.client.register('Demo Passenger', email, 'a long enough password'), email };
  }

  it('confirm an order once, with its tickets and its calendar', async () => {
    const { order, number } = await bought(['1A', '1B']);
    await pay(order);
    const mail = await read(await caught(SOMEBODY, number));
    const tickets = await application.get(TicketsService).ofOrder(order.id);
    expect(mail.subject).toMatch(/^Your tickets: Alpha → Delta, /);
    expect(mail.from?.address).toBe('tickets@holdfast.test');
    for (const { number: ticketNumber, seatLabel } of tickets) {
      for (const words of [ticketNumber, `Seat ${seatLabel}`]) {
        expect(mail.text).toContain(words);
        expect(mail.html).toContain(words);
      }
    }
    const [pdf, ics] = mail.attachments;
    expect(pdf).toMatchObject({ mimeType: 'application/pdf', filename: `tickets-${number}.pdf` });
    const pages = await readPdf(Buffer.from(pdf!.content as ArrayBuffer));
    expect(pages.map(({ qr }) => qr)).toEqual(tickets.map((ticket) => application.get(QrTokens).of(ticket)));
    const calendar = new ICAL.Component(ICAL.parse(new TextDecoder().decode(ics!.content as ArrayBuffer)) as never);
    expect(calendar.getAllSubcomponents('vevent')).toHaveLength(2);

    // The same event again, and the same job again: at least once must look like once.
    await publish(new TicketsRendered(order.id));
    await application.get(TicketMessagesService).confirm(order.id);
    const log = await application.database.query(
      `SELECT kind, recipient, sent_at FROM notifications WHERE dedupe_key = $1`,
      [`order-confirmation:${order.id}`],
    );
    expect(log).toEqual([{ kind: 'order-confirmation', recipient: SOMEBODY, sent_at: expect.any(Date) }]);
    expect((await listed(SOMEBODY)).filter(({ subject }) => subject.includes(number))).toHaveLength(1);
  });

  it('bring the invoice and each credit note, once', async () => {
    const { client, email } = await passenger();
    const reserved = await reserve(client, sale, ['8A', '8B']);
    const { checkOut: order } = await client.ask<{ checkOut: Bought }>(
      `mutation ($input: CheckOutInput!) { checkOut(input: $input) { ... on Order { id payment { payUrl } tickets { id } } } }`,
      { input: { reservationId: reserved.reservation!.id } },
    );
    await pay(order);
    const invoice = await read(await caught(email, 'Your invoice INV-'));
    const [, label] = /Your invoice (INV-\d{6}): £20\.00$/.exec(invoice.subject!)!;
    expect(invoice.text).toContain('Paid in full.');
    const printed = async ({ attachments }: Email): Promise<string> => {
      expect(attachments).toHaveLength(1);
      const pages = await readPdf(Buffer.from(attachments[0]!.content as ArrayBuffer));
      return pages.map(({ text }) => text).join(' ');
    };
    expect(invoice.attachments[0]).toMatchObject({ filename: `${label}.pdf`, mimeType: 'application/pdf' });
    const paper = await printed(invoice);
    for (const words of [label!, 'Seat 8A', 'Demo Passenger', '£20.00']) expect(paper).toContain(words);

    await client.ask(`mutation ($id: ID!) { cancelTicket(id: $id) { __typename } }`, { id: order.tickets[0]!.id });
    const note = await read(await caught(email, 'Your credit note CN-'));
    expect(note.text).toContain(`Corrects invoice: ${label}`);
    expect(note.text).toContain('goes back to the means of payment');
    const credited = await printed(note);
    for (const words of ['Credit note', label!, '£10.00']) expect(credited).toContain(words);

    // The same event again, and the same job again.
    const invoices = await application.database.query<{ id: string }>(`SELECT id FROM invoices WHERE order_id = $1`, [
      order.id,
    ]);
    for (const { id } of invoices) {
      await publish(new InvoicePrinted(id));
      await application.get(InvoiceMessagesService).issued(id);
    }
    await eventually('the events', async () => {
      const [open] = await application.database.query(
        `SELECT FROM outbox_deliveries WHERE job = 'send-invoice' AND done_at IS NULL`,
      );
      return open ? undefined : true;
    });
    expect((await listed(email)).filter(({ subject }) => /INV-|CN-/.test(subject))).toHaveLength(2);
  });

  it('bring no invoice of what cost nothing', async () => {
    const { client, email } = await passenger();
    const free = await tripOf(application, sale.organizationId, { priceMinor: 0 });
    const reserved = await reserve(client, free, ['1A']);
    await client.ask(`mutation ($input: CheckOutInput!) { checkOut(input: $input) { __typename } }`, {
      input: { reservationId: reserved.reservation!.id },
    });
    await caught(email, 'Your ticket');
    await eventually('the jobs', async () => {
      const [open] = await application.database.query(`SELECT FROM outbox_deliveries WHERE done_at IS NULL`);
      return open ? undefined : true;
    });
    expect(await listed(email)).toHaveLength(1);
  });

  it('tell of a cancelled ticket, and of the money when it is back', async () => {
    const { client, email } = await passenger();
    const reserved = await reserve(client, sale, ['2A']);
    const { checkOut: order } = await client.ask<{ checkOut: Bought }>(
      `mutation ($input: CheckOutInput!) { checkOut(input: $input) { ... on Order { id state totalMinor payment { payUrl state } tickets { id state qr } } } }`,
      { input: { reservationId: reserved.reservation!.id } },
    );
    await pay(order);
    await caught(email, 'Your ticket');
    await client.ask(`mutation ($id: ID!) { cancelTicket(id: $id) { __typename } }`, { id: order.tickets[0]!.id });
    const cancelled = await read(await caught(email, 'Cancelled: ticket'));
    expect(cancelled.text).toContain('Refund: £10.00');
    expect(new TextDecoder().decode(cancelled.attachments[0]!.content as ArrayBuffer)).toContain('STATUS:CANCELLED');
    const refunded = await read(await caught(email, 'Paid back: £10.00'));
    expect(refunded.text).toMatch(/paid back for ticket HF-\w{8} of order HF-\w{8}/);
  });

  it('tell that seats were released, to those who left an address', async () => {
    const { client, email } = await passenger();
    await reserve(client, sale, ['3A']);
    const anonymous = await reserve(application.client, sale, ['3B']);
    const { order, number } = await bought(['3C']);
    clock.advance(16);
    expect((await read(await caught(email, 'Your reservation has ended'))).text).toContain('Nothing was charged');
    expect((await read(await caught(SOMEBODY, number))).text).toContain(
      `If you have paid order ${number} in this moment`,
    );
    // Paid after all: no word of release, should the event come once more.
    await pay(order);
    await caught(SOMEBODY, `(${number})`);
    await publish(new ReservationExpired(anonymous.reservation!.id));
    const log = await application.database.query(`SELECT 1 FROM notifications WHERE dedupe_key = $1`, [
      `reservation-expired:${anonymous.reservation!.id}`,
    ]);
    expect(log).toEqual([]);
  });

  it('tell who paid too late that everything goes back', async () => {
    const { order, number } = await bought(['4A']);
    await publish(new OrderRefused(order.id, 'TOO_LATE'));
    expect((await read(await caught(SOMEBODY, `Too late: order ${number}`))).text).toContain('£10.00 goes back to you');
  });

  it('offer other seats with a link that answers for them, and confirm the order with those', async () => {
    const { order, number } = await bought(['6A', '6B']);
    clock.advance(20);
    await application.get(ReleasesService).expireAll();
    await pay((await bought(['6B'])).order);
    await eventually('the rival’s seat', async () =>
      (await seatStates(application.client, sale))['6B'] === 'SOLD' ? true : undefined,
    );
    await pay(order);
    const { text } = await read(await caught(SOMEBODY, `Other seats for order ${number}`));
    const [, seat] = /Instead of seat 6B: Seat (\w+)/.exec(text!)!;
    const [, orderId, sessionToken] = /http\S+\/orders\/([\w-]+)\?token=([\w-]+)/.exec(text!)!;
    expect(orderId).toBe(order.id);
    expect(JSON.stringify(await application.database.query(`SELECT * FROM notifications`))).not.toContain(sessionToken);
    await application.client.ask(`mutation ($input: SeatOfferInput!) { acceptSeats(input: $input) { __typename } }`, {
      input: { orderId, sessionToken },
    });
    const mail = await eventually('the tickets', async () => {
      const sent = (await listed(SOMEBODY)).filter(({ subject }) => subject.includes(`(${number})`));
      const one = sent.find(({ subject }) => subject.startsWith('Your tickets'));
      return one && (await read(one));
    });
    for (const label of ['6A', seat]) expect(mail.text).toContain(`Seat ${label} · Standard`);
    const pages = await readPdf(Buffer.from(mail.attachments[0]!.content as ArrayBuffer));
    expect(pages.map((page) => page.text).join()).toContain(seat);
    expect(pages.map((page) => page.text).join()).not.toContain('6B');
  });

  it.each([
    ['DECLINED', 'Too late', 'did not want the seats'],
    ['NOT_ANSWERED', 'Too late', 'no answer in time'],
    ['CALLED_OFF', 'Called off', 'does not take place'],
  ] as const)('tell how an offer of seats came to nothing: %s', async (outcome, subject, words) => {
    const { order, number } = await bought([{ DECLINED: '7A', NOT_ANSWERED: '7B', CALLED_OFF: '7C' }[outcome]]);
    await publish(new OrderRefused(order.id, outcome));
    expect((await read(await caught(SOMEBODY, `${subject}: order ${number}`))).text).toContain(words);
  });

  it('bring a link that sets a new password, a new one for each request, and leave no trace of it', async () => {
    const { client, email } = await passenger();
    const { me } = await client.ask<{ me: { id: string } }>(`{ me { id } }`);
    await publish(new PasswordResetRequested(me.id));
    await publish(new PasswordResetRequested(me.id));
    const mails = await eventually('two messages', async () => {
      const found = await listed(email);
      return found.length === 2 ? found : undefined;
    });
    const links = await Promise.all(
      mails.map(async (mail) => /http\S+\/reset-password\?token=([\w-]+)/.exec((await read(mail)).text!)![1]!),
    );
    expect(new Set(links).size).toBe(2);
    const { resetPassword } = await application.client.ask<{ resetPassword: { __typename: string } }>(
      `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename } }`,
      { input: { token: links[0], newPassword: 'another long password' } },
    );
    expect(resetPassword.__typename).toBe('Session');
    expect(JSON.stringify(await application.database.query(`SELECT * FROM notifications`))).not.toContain(links[0]);
  });

  describe('caught for whoever tries Holdfast', () => {
    it('are a list that links to each, and a page that shows it without running anything of it', async () => {
      const { order, number } = await bought(['5A']);
      await pay(order);
      const { id } = await caught(SOMEBODY, number);
      const list = await application.client.fetch('/dev/mail');
      expect(list.headers.get('content-type')).toContain('text/html');
      expect(await list.text()).toContain(`href="/dev/mail/messages/${id}"`);
      const page = await application.client.fetch(`/dev/mail/messages/${id}`);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      const markup = await page.text();
      expect(markup).toContain('<iframe title="The message" sandbox="allow-popups');
      const attachment = await application.client.fetch(`/dev/mail/messages/${id}/attachments/0`);
      expect(attachment.headers.get('content-type')).toBe('application/pdf');
      expect(
        Buffer.from(await attachment.arrayBuffer())
          .subarray(0, 5)
          .toString(),
      ).toBe('%PDF-');
    });

    it.each(['nothing', '..%2Forders%2Fx', 'x/attachments/9', 'x.eml'])('are not there as %s', async (id) => {
      expect((await application.client.fetch(`/dev/mail/messages/${id}`)).status).toBe(404);
    });
  });

  describe('the calendar', () => {
    it('is open to its owner, and to the private address until that is revoked', async () => {
      const { client } = await passenger();
      expect((await application.client.fetch('/calendar/mine.ics')).status).toBe(401);
      const mine = await client.fetch('/calendar/mine.ics');
      expect(mine.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
      const text = await mine.text();
      const { createCalendarFeed: feed } = await client.ask<{ createCalendarFeed: { url: string } }>(
        `mutation { createCalendarFeed { url } }`,
      );
      const followed = await fetch(feed.url);
      expect(await followed.text()).toBe(text);
      const etag = followed.headers.get('etag')!;
      expect((await fetch(feed.url, { headers: { 'if-none-match': etag } })).status).toBe(304);
      const { createCalendarFeed: next } = await client.ask<{ createCalendarFeed: { url: string } }>(
        `mutation { createCalendarFeed { url } }`,
      );
      expect((await fetch(feed.url)).status).toBe(404);
      expect((await fetch(next.url)).status).toBe(200);
      expect(await client.ask(`mutation { revokeCalendarFeed }`)).toEqual({ revokeCalendarFeed: true });
      expect((await fetch(next.url)).status).toBe(404);
      expect(
        (await new (client.constructor as typeof Client)(application.url, 'wrong').fetch('/calendar/mine.ics')).status,
      ).toBe(401);
    });
  });
});

describe('messages through a mail server', () => {
  it('are sent again when it refuses for the moment, and are not to be read elsewhere', async () => {
    const server = await startMailServer();
    server.refuse = 2;
    const application = await startApplication({ SMTP_URL: server.url });
    try {
      expect((await application.client.fetch('/dev/mail')).status).toBe(404);
      expect((await application.client.fetch('/dev/mail/messages')).status).toBe(404);
      const sale = await saleOfTrip(application);
      await pay(await checkOut(application.client, await reserve(application.client, sale, ['1A'])));
      // The tickets and the invoice, whichever was printed first.
      await eventually(
        'the log',
        async () => (await application.database.query(`SELECT 1 FROM notifications WHERE sent_at IS NOT NULL`))[1],
      );
      expect(server.refuse).toBe(0);
      expect(server.messages).toHaveLength(2);
      for (const message of server.messages) expect(message).toContain('application/pdf');
    } finally {
      await application.close();
      await server.close();
    }
  });
});
