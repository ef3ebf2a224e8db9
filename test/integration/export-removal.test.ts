import { newId } from '#kernel';
import { Storage, Turns } from '#platform';
import { AccountingExport } from '../../libs/invoices/src/export/accounting-export.service.js';
import { ExportFormat } from '../../libs/invoices/src/export/accounting.inputs.js';
import { ExportRemoval } from '../../libs/invoices/src/export/export-removal.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { MovedClock } from '../support/clock.js';
import { saleOfTrip } from '../support/sale.js';

describe('files of the accounting export', () => {
  const clock = new MovedClock();
  let application: TestApplication;
  let storage: Storage;
  beforeAll(async () => {
    application = await startApplication({}, clock);
    storage = application.get(Storage);
  });
  afterAll(async () => {
    await application.close();
  });

  /** @returns its link */
  async function exported(): Promise<string> {
    const { organizationId } = await saleOfTrip(application);
    const [since, until] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)];
    return (await application.get(AccountingExport).export({ organizationId, since, until }, ExportFormat.JOURNAL)).url;
  }

  it('are removed when they are a day old, and nothing else is', async () => {
    const others = [`tickets/${newId()}.pdf`, 'exports/notes.txt', `exports-of-others/${newId()}.csv`];
    for (const key of others) await storage.put(key, { body: Buffer.from('x'), contentType: 'text/plain' });
    const link = await exported();
    const removal = application.get(ExportRemoval);
    expect(await removal.removeOld()).toBe(0);
    expect((await fetch(link)).status).toBe(200);
    const file = (await storage.list('exports/')).find((key) => key.endsWith('.csv'));
    clock.advance(24 * 60 - 1);
    expect(await removal.removeOld()).toBe(0);
    expect((await fetch(link)).status).toBe(404);
    expect(await storage.get(file!)).toBeDefined();
    clock.advance(2);
    expect(await removal.removeOld()).toBe(1);
    expect(await storage.get(file!)).toBeUndefined();
    for (const key of others) expect(await storage.get(key)).toBeDefined();
    expect(await storage.list('exports/')).toEqual(['exports/notes.txt']);
  });

  it('are looked through by one worker at a time', async () => {
    const turns = application.get(Turns);
    const name = newId();
    const taken = await Promise.all(Array.from({ length: 20 }, () => turns.take(name, 300)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await turns.take(newId(), 300)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await turns.take(name, 300)).toBe(true);
  });
});
