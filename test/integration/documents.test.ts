import { once } from 'node:events';
import { createServer } from 'node:http';
import { PDFDocument } from '@cantoo/pdf-lib';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { Browser, Storage } from '#platform';
import { PrintingService } from '../../libs/tickets/src/documents/printing.service.js';
import { orderDocumentKey, ticketDocumentKey } from '../../libs/tickets/src/documents/ticket-documents.js';
import { TicketPress } from '../../libs/tickets/src/documents/ticket-press.js';
import { QrTokens, type Ticket, TicketsService } from '#tickets';
import { type PdfPage, readPdf } from '../../apps/cli/src/journey/read-pdf.js';
import { eventually } from '../../apps/cli/src/journey/steps.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { type Sale, checkOut, reserve, saleOfTrip } from '../support/sale.js';

const wordsOf = ({ text }: PdfPage): string => text.replace(/\s+/g, ' ');

describe('documents of tickets', () => {
  let application: TestApplication;
  let sale: Sale;
  beforeAll(async () => {
    application = await startApplication();
    sale = await saleOfTrip(application);
  });
  afterAll(async () => {
    await application.close();
  });

  /** Buys seats, and waits for their documents. */
  async function buy(labels: string[]): Promise<Ticket[]> {
    const order = await checkOut(application.client, await reserve(application.client, sale, labels));
    await fetch(order.payment!.payUrl, { method: 'POST', body: new URLSearchParams({ outcome: 'pay' }) });
    return await eventually('the documents', async () => {
      const tickets = await application.get(TicketsService).ofOrder(order.id);
      return tickets.every(({ documentKey }) => documentKey !== null) ? tickets : undefined;
    });
  }
  async function stored(key: string): Promise<Buffer> {
    return (await application.get(Storage).get(key))!.body;
  }

  it('are one page for each ticket, and say what was sold', async () => {
    const tickets = await buy(['1A', '1B', '1C']);
    const qrTokens = application.get(QrTokens);
    for (const ticket of tickets) {
      const pages = await readPdf(await stored(ticketDocumentKey(ticket)));
      expect(pages).toHaveLength(1);
      for (const words of [
        'Test Coaches',
        'Alpha',
        'Delta',
        'Somebody',
        ticket.number,
        ticket.seatLabel,
        '£10.00',
        'Standard',
      ]) {
        expect(wordsOf(pages[0]!)).toContain(words);
      }
      expect(pages[0]!.qr).toBe(qrTokens.of(ticket));
    }
    const all = await readPdf(await stored(orderDocumentKey(tickets[0]!.orderId)));
    expect(all.map(({ qr }) => qr)).toEqual(tickets.map((ticket) => qrTokens.of(ticket)));
  });

  it('name their maker and title, and hold nothing of the other tickets', async () => {
    const [one, other] = await buy(['2A', '2B']);
    const bytes = await stored(ticketDocumentKey(one!));
    const document = await PDFDocument.load(bytes, { updateMetadata: false });
    expect(document.getCreator()).toBe('Holdfast');
    expect(document.getTitle()).toBe('Ticket: Alpha – Delta');
    expect(document.getPageCount()).toBe(1);
    expect((await textOf(bytes)).join()).not.toContain(other!.number);
    expect(bytes.length).toBeLessThan(60_000);
  });

  it('are written again when the job runs again', async () => {
    const [ticket] = await buy(['3A']);
    await application.get(Storage).delete(ticketDocumentKey(ticket!));
    await application.get(PrintingService).printOrder(ticket!.orderId);
    const [page] = await readPdf(await stored(ticketDocumentKey(ticket!)));
    expect(page!.qr).toBe(application.get(QrTokens).of(ticket!));
  });

  it('name the new passenger when somebody else travels', async () => {
    const [ticket] = await buy(['3B']);
    await application
      .get(TicketsService)
      .setAttendee(ticket!, { name: 'Other Passenger', email: 'other@holdfast.test' });
    await eventually('the new document', async () => {
      const [page] = await readPdf(await stored(ticketDocumentKey(ticket!)));
      return wordsOf(page!).includes('Other Passenger') || undefined;
    });
  });

  it('leave out a ticket that was given back before the print', async () => {
    const tickets = await buy(['4A', '4B']);
    await application.database.query(`UPDATE tickets SET state = 'CANCELLED' WHERE id = $1`, [tickets[0]!.id]);
    await application.get(PrintingService).printOrder(tickets[0]!.orderId);
    expect(await readPdf(await stored(orderDocumentKey(tickets[0]!.orderId)))).toHaveLength(1);
    await application.database.query(`UPDATE tickets SET state = 'CANCELLED' WHERE id = $1`, [tickets[1]!.id]);
    await application.get(PrintingService).printOrder(tickets[0]!.orderId);
  });

  it('keep to one page whatever the names', async () => {
    const [ticket] = await buy(['5A']);
    const long = { name: `${'Wolfeschlegelsteinhausenbergerdorff '.repeat(3)}Łódź`, stop: 'M'.repeat(120) };
    await application.database.query(
      `UPDATE tickets SET attendee_name = $2, from_name = $3, to_name = $3, tier_name = $3, seat_label = $3 WHERE id = $1`,
      [ticket!.id, long.name, long.stop],
    );
    await application.get(PrintingService).printOrder(ticket!.orderId);
    const pages = await readPdf(await stored(ticketDocumentKey(ticket!)));
    expect(pages).toHaveLength(1);
    expect(wordsOf(pages[0]!)).toContain('Łódź');
    expect(pages[0]!.qr).toBe(application.get(QrTokens).of(ticket!));
  });

  it('are printed on, with a new browser, after the browser was killed', async () => {
    const [ticket] = await buy(['6A']);
    const killed = application.get(Browser).pid!;
    process.kill(killed, 'SIGKILL');
    await eventually('its end', async () => Promise.resolve(alive(killed) ? undefined : true));
    await application.get(PrintingService).printOrder(ticket!.orderId);
    expect(application.get(Browser).pid).not.toBe(killed);
  });

  it('go to who asked, when many ask at once', async () => {
    const press = application.get(TicketPress);
    const asked = Array.from({ length: 70 }, (_, index) => `Person ${index}.`);
    const printed = await Promise.all(
      asked.map((words) =>
        press.print({ title: words, pages: [{ markup: `<article class="ticket">${words}</article>` }] }),
      ),
    );
    for (const index of [0, 1, 49, 50, 69]) {
      expect(await textOf(printed[index]!.all)).toEqual([asked[index]]);
    }
  });

  it('are made without scripts and without a network', async () => {
    const press = application.get(TicketPress);
    const fetched: string[] = [];
    const server = createServer((request, response) => {
      fetched.push(request.url!);
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const markup = `<article class="ticket"><img src="http://127.0.0.1:${port}/picture"><iframe src="file:///etc/passwd"></iframe>
      <p id="p">as it was</p><img src="data:," onerror="document.getElementById('p').textContent='changed'"></article>`;
    const { all } = await press.print({ title: 'x', pages: [{ markup }] });
    server.close();
    const text = (await textOf(all)).join();
    expect(fetched).toEqual([]);
    expect(text).toContain('as it was');
    expect(text).not.toContain('root:');
  });
});

/** The words of each page, without looking for a QR code. */
async function textOf(pdf: Buffer): Promise<string[]> {
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(pdf);
  const texts = [...document.pages()].map((page) => page.getText().trim());
  document.destroy();
  library.destroy();
  return texts;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
