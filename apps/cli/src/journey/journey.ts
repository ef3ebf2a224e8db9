import { randomBytes } from 'node:crypto';
import { type Wishes, chooseTrip } from './choose-trip.js';
import { Client } from './client.js';
import { WatchedMap } from './live-map.js';
import { checkCalendar, checkMail } from './messages.js';
import { moneySteps } from './money.js';
import {
  type Offer,
  type Order,
  type SeatOnMap,
  cancelReservation,
  cancelTicket,
  checkOut,
  downloadUrl,
  order as readOrder,
  reserve,
  scan,
  seats,
  searchTrips,
  ticket as readTicket,
} from './passenger.js';
import { readPdf } from './read-pdf.js';
import { type Check, Steps, eventually } from './steps.js';

export interface JourneyOptions extends Wishes {
  /** Where Holdfast serves. */
  url: string;
  admin: { email: string; password: string };
  /** Brings the feed in; says what it did. */
  importFeed: () => Promise<string>;
  print: (line: string) => void;
}

const PASSWORD = 'a long enough password';

/** Plays the whole main job through the public API, as two passengers, a driver and an organiser. @throws at the first wrong thing */
export async function journey(options: JourneyOptions): Promise<Steps> {
  const { url, print } = options;
  const steps = new Steps(print);
  const check: Check = steps.check;
  const anybody = new Client(url);
  const clients: Client[] = [anybody];
  const unique = randomBytes(4).toString('hex');
  const email = `passenger-${unique}@holdfast.test`;

  try {
    await steps.run('import the feed', async () => check(true, await options.importFeed()));

    const { passenger, rival, admin } = await steps.run('two passengers register', async () => {
      const made = {
        passenger: await anybody.register('Journey Passenger', email, PASSWORD),
        rival: await anybody.register('Journey Rival', `rival-${unique}@holdfast.test`, PASSWORD),
        admin: await anybody.logIn(options.admin.email, options.admin.password),
      };
      const { me } = await made.passenger.ask<{ me: { email: string } }>('{ me { email } }');
      check(me.email === email, 'each is who the token says');
      return made;
    });
    clients.push(passenger, rival, admin);

    const offer = await steps.run('search by origin, destination, day', async () => {
      const { offer, origin, destination, date } = await chooseTrip(anybody, options);
      const found = await searchTrips(anybody, offer.from.name, offer.to.name, date);
      check(
        found.some(({ trip }) => trip.id === offer.trip.id),
        `${origin} → ${destination} on ${date}: ${found.length} trips`,
      );
      check(
        offer.from.position < offer.to.position,
        `takes ${offer.trip.title}, ${offer.from.name} → ${offer.to.name}`,
      );
      return offer;
    });
    const priceMinor = offer.prices[0]!.priceMinor;

    const driver = await steps.run('a driver joins the operator', async () => {
      const address = `driver-${unique}@holdfast.test`;
      await anybody.register('Journey Driver', address, PASSWORD);
      await employ(admin, offer, address);
      check(true, 'role GATE, doors open before departure');
      return await anybody.logIn(address, PASSWORD);
    });
    clients.push(driver);

    const map = new WatchedMap(passenger, offer);
    const [first, second, third] = await steps.run('open the live map', async () => {
      const shown = await seats(anybody, offer);
      await map.until('a snapshot', () => map.states.size > 0);
      check(map.states.size === shown.length, `snapshot ${map.sequence} of ${shown.length} seats`);
      check(
        shown.every(({ seat, state }) => map.states.get(seat.id) === state),
        'equal to the seats as read',
      );
      return threeTogether(shown);
    });

    const reservation = await steps.run('reserve two seats against a rival', async () => {
      const before = map.sequence;
      const rivalry = await Promise.all([
        reserve(passenger, offer, [first.seat.id, second.seat.id]),
        reserve(rival, offer, [second.seat.id, third.seat.id]),
      ]);
      const winners = rivalry.filter(({ __typename }) => __typename === 'ReservationOpened');
      check(
        winners.length === 1,
        'at the same moment exactly one gets the seat',
        rivalry.map(({ __typename, message }) => message ?? __typename).join(' / '),
      );
      check(
        rivalry.some(({ __typename }) => __typename === 'SeatTaken'),
        'the other is told SeatTaken',
      );
      if (rivalry[1].reservation) await cancelReservation(rival, rivalry[1].reservation.id);
      const mine =
        rivalry[0].reservation ?? (await reserve(passenger, offer, [first.seat.id, second.seat.id])).reservation;
      check(mine, `${first.seat.label} and ${second.seat.label} are held`);
      check(mine.secondsLeft > 0, `for ${Math.ceil(mine.secondsLeft / 60)} minutes`);
      const again = await reserve(rival, offer, [second.seat.id]);
      check(again.__typename === 'SeatTaken', `the rival is refused: "${again.message}"`);
      await map.until(
        'the seats as held',
        () => map.states.get(first.seat.id) === 'HELD' && map.states.get(second.seat.id) === 'HELD',
      );
      check(map.sequence > before, `the change arrived as number ${map.sequence}`);
      await map.until('the third seat as free', () => map.states.get(third.seat.id) === 'FREE');
      return mine;
    });

    const placed = await steps.run('check out', async () => {
      const wrong = await checkOut(passenger, {
        reservationId: reservation.id,
        expectedTotalMinor: priceMinor * 2 + 1,
      });
      check(wrong.__typename === 'TotalChanged', 'a wrong total is refused');
      const placed = await checkOut(passenger, { reservationId: reservation.id, expectedTotalMinor: priceMinor * 2 });
      check(
        placed.__typename === 'Order',
        `order ${placed.number} of ${placed.totalMinor} ${placed.currency} minor units`,
        placed.message,
      );
      check(
        placed.lineItems?.length === 2 &&
          placed.lineItems.reduce((sum, { totalMinor }) => sum + totalMinor, 0) === placed.totalMinor,
        'two lines that add up',
      );
      check(
        placed.tickets?.every(({ state }) => state === 'RESERVED'),
        'tickets are RESERVED',
      );
      return placed as Order;
    });

    const paid = await steps.run('pay', async () => {
      const page = await fetch(placed.payment.payUrl);
      check(page.ok && (await page.text()).includes('<form'), 'the pay page opens');
      const form = {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'outcome=pay',
      };
      await Promise.all([fetch(placed.payment.payUrl, form), fetch(placed.payment.payUrl, form)]);
      const paid = await eventually('the order being paid', async () => {
        const now = await readOrder(passenger, placed.id);
        return now.state === 'PAID' ? now : undefined;
      });
      check(
        paid.tickets.every(({ state, qr }) => state === 'PAID' && qr !== null),
        'tickets are PAID',
      );
      await map.until('the seats as sold', () => map.states.get(first.seat.id) === 'SOLD');
      check(true, 'the live map shows SOLD');
      return paid;
    });

    const pdfs = await steps.run('wait for the PDF and read it', async () => {
      const pdfs = await Promise.all(paid.tickets.map(async ({ id }) => await download(passenger, id)));
      for (const [index, pdf] of pdfs.entries()) {
        const { number, seatLabel, fromName, toName, qr } = paid.tickets[index]!;
        const [page] = await readPdf(pdf);
        const text = page?.text.replace(/\s+/g, ' ') ?? '';
        for (const words of [number, seatLabel, fromName, toName, 'Journey Passenger'])
          check(text.includes(words), `"${words}"`);
        check(page?.qr === qr, 'QR decodes to the signed token', `read ${page?.qr}`);
      }
      const stranger = await rival
        .ask<object>(`mutation ($id: ID!) { downloadTicket(id: $id) { __typename } }`, { id: paid.tickets[0]!.id })
        .catch((error: { code?: string }) => error);
      check('code' in stranger && stranger.code === 'FORBIDDEN', 'nobody else may download it');
      return pdfs;
    });

    await steps.run('read the e-mail', async () => checkMail(anybody, email, paid, pdfs.length, check));
    await steps.run('put it in the calendar', async () => checkCalendar(passenger, paid.tickets, check));

    const [kept, returned] = [paid.tickets[0]!, paid.tickets[1]!];
    await steps.run('scan', async () => {
      const byStranger = await scan(rival, kept.qr!, offer).catch((error: { code?: string }) => error);
      check('code' in byStranger && byStranger.code === 'FORBIDDEN', 'a passenger may not scan');
      const forged = await scan(driver, tampered(kept.qr!), offer);
      check(forged.__typename === 'ForgedCode', 'a forged code is refused');
      const both = await Promise.all([scan(driver, kept.qr!, offer), scan(driver, kept.qr!, offer)]);
      check(
        both.filter(({ __typename }) => __typename === 'CheckIn').length === 1,
        'of two scans at once one lets in',
        both.map(({ __typename, message }) => message ?? __typename).join(' / '),
      );
      check((await readTicket(passenger, kept.id)).state === 'USED', 'the ticket is USED');
    });
    await steps.run('scan again', async () => {
      const again = await scan(driver, kept.qr!, offer);
      check(again.__typename === 'AlreadyUsed', `refused: "${again.message}"`);
    });

    await steps.run('cancel the other ticket', async () => {
      const cancelled = await cancelTicket(passenger, returned.id);
      check(cancelled.state === 'CANCELLED', 'CANCELLED', cancelled.message);
      await map.until('the seat as free', () => map.states.get(second.seat.id) === 'FREE');
      check(true, `seat ${returned.seatLabel} is free again on the live map`);
      const refused = await scan(driver, returned.qr!, offer);
      check(refused.__typename === 'CancelledTicket', 'its code is refused at the door', refused.__typename);
      const next = await reserve(rival, offer, [second.seat.id]);
      check(next.reservation, 'the rival can reserve it now', next.message);
      await cancelReservation(rival, next.reservation.id);
    });
    await map.close();
    await moneySteps(steps, { buyer: passenger, rival, admin }, offer);
    return steps;
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** The driver's role, and doors that open early enough for a trip that may be days away. */
async function employ(admin: Client, { trip }: Offer, email: string): Promise<void> {
  await admin.ask(
    `mutation ($id: ID!, $email: String!) {
       addMember(organizationId: $id, email: $email, role: GATE) { role }
       updateOrganization(id: $id, input: { boardingOpensHours: 8784 }) { id } }`,
    { id: trip.organization.id, email },
  );
}

/** Three free seats side by side: two for the passenger, and one more that the rival wants with the second. */
function threeTogether(shown: SeatOnMap[]): [SeatOnMap, SeatOnMap, SeatOnMap] {
  const free = shown.filter(({ state }) => state === 'FREE');
  const beside = (one: SeatOnMap | undefined): SeatOnMap | undefined =>
    free.find(
      ({ seat }) => one && seat.rowNumber === one.seat.rowNumber && seat.columnNumber === one.seat.columnNumber + 1,
    );
  for (const first of free) {
    const second = beside(first);
    const third = free.find((seat) => seat !== first && seat !== second);
    if (second && third) return [first, second, third];
  }
  throw new Error('no two free seats side by side');
}

async function download(client: Client, ticketId: string): Promise<Buffer> {
  const url = await eventually('the PDF', async () => await downloadUrl(client, ticketId));
  // The link alone must do: it is opened without logging in.
  const response = await fetch(url);
  if (!response.ok || response.headers.get('content-type') !== 'application/pdf')
    throw new Error(`the download answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

/** The same code with one bit of its claim turned. */
function tampered(code: string): string {
  const bytes = Buffer.from(code.slice(4), 'base64url');
  bytes[10] = bytes[10]! ^ 1;
  return code.slice(0, 4) + bytes.toString('base64url');
}
