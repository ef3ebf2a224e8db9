import { newId } from '#kernel';
import { PaymentProvider } from '../../libs/payments/src/payment-provider.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { MovedClock } from '../support/clock.js';
import { eventually } from '../support/fixtures.js';
import { Merchant, press } from '../support/sandbox.js';

describe("the sandbox gateway's panel", () => {
  const clock = new MovedClock();
  let merchant: Merchant;
  let application: TestApplication;
  let provider: PaymentProvider;
  let charge: string;
  beforeAll(async () => {
    merchant = await new Merchant().start();
    application = await startApplication({ PUBLIC_URL: merchant.url }, clock);
    provider = application.get(PaymentProvider);
  });
  beforeEach(async () => {
    await press(application, '/sandbox/mode');
    merchant.status = 200;
    charge = await open();
  });
  afterAll(async () => {
    await application.close();
    await merchant.stop();
  });

  async function open(): Promise<string> {
    merchant.deliveries.length = 0;
    const payment = { key: newId(), amountMinor: 2000, currency: 'GBP', description: 'HF-1 <2 tickets>' };
    return (await provider.open(payment)).providerReference;
  }
  const act = async (action: string, more: Record<string, string> = {}) =>
    await press(application, `/sandbox/charges/${charge}`, { action, ...more });
  const mode = async (fields: Record<string, string>) => {
    await press(application, '/sandbox/mode', fields);
    charge = await open();
  };
  const page = async (path = `/sandbox/charges/${charge}`) => await (await fetch(`${application.url}${path}`)).text();
  const standing = async () => await provider.find(charge);
  const refund = async (amountMinor: number, key = newId()) =>
    await provider.refund({ key, providerReference: charge, amountMinor });
  /** Waits for so many webhooks, and a moment for one too many. */
  async function told(count: number): Promise<string[]> {
    await eventually(
      async () => await Promise.resolve(merchant.deliveries.length),
      (found) => found >= count,
    );
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(merchant.deliveries).toHaveLength(count);
    return merchant.deliveries.map(({ kind, amountMinor, currency }) => `${kind} ${amountMinor} ${currency}`);
  }

  it.each([
    ['succeed', 'CAPTURED', 2000, 'charge.succeeded'],
    ['decline', 'DECLINED', 0, 'charge.declined'],
    ['void', 'VOIDED', 0, 'charge.voided'],
  ])('%s: the charge is %s, and a signed webhook says so', async (action, state, capturedMinor, kind) => {
    const before = clock.now();
    const answer = await act(action);
    expect([answer.status, answer.path]).toEqual([200, `/sandbox/charges/${charge}`]);
    expect(await standing()).toEqual({ state, capturedMinor, currency: 'GBP' });
    await told(1);
    const [delivery] = merchant.deliveries;
    expect(delivery!.kind).toBe(kind);
    expect(new Date(delivery!.occurredAt).getTime()).toBeGreaterThanOrEqual(before.getTime() - 1);
    expect(await provider.readWebhook(delivery!)).toMatchObject({
      eventId: expect.stringMatching(/^evt_/),
      type: { succeed: 'captured', decline: 'declined', void: 'voided' }[action],
      providerReference: charge,
      amountMinor: 2000,
    });
    // Once more changes nothing.
    await act(action);
    await told(1);
    expect(await page()).toContain(kind);
  });

  it('lets a payer whose card was declined find another one, and nobody pay what is void', async () => {
    await act('decline');
    await act('succeed');
    expect(await standing()).toMatchObject({ state: 'CAPTURED' });
    charge = await open();
    await act('void');
    expect((await act('succeed')).status).toBe(400);
    expect(await standing()).toMatchObject({ state: 'VOIDED' });
  });

  it.each([
    ['more', ['charge.succeeded 2100 GBP'], 2100, 'GBP'],
    ['less', ['charge.succeeded 1900 GBP'], 1900, 'GBP'],
    ['two-parts', ['charge.succeeded 1000 GBP', 'charge.succeeded 2000 GBP'], 2000, 'GBP'],
    ['other-currency', ['charge.succeeded 2000 EUR'], 2000, 'EUR'],
  ])('captures %s', async (capture, webhooks, capturedMinor, currency) => {
    await mode({ capture });
    await act('succeed');
    expect((await told(webhooks.length)).toSorted()).toEqual(webhooks);
    expect(await standing()).toEqual({ state: 'CAPTURED', capturedMinor, currency });
  });

  it('captures any amount, part by part, in one currency', async () => {
    await act('capture', { amountMinor: '700' });
    await act('capture', { amountMinor: '1500', currency: 'GBP' });
    expect((await told(2)).toSorted()).toEqual(['charge.succeeded 2200 GBP', 'charge.succeeded 700 GBP']);
    expect((await act('capture', { amountMinor: '1', currency: 'USD' })).status).toBe(400);
    expect(await standing()).toEqual({ state: 'CAPTURED', capturedMinor: 2200, currency: 'GBP' });
    charge = await open();
    await act('capture', { amountMinor: '5', currency: 'USD' });
    expect(await standing()).toEqual({ state: 'CAPTURED', capturedMinor: 5, currency: 'USD' });
  });

  it('never tells, so that only asking finds out; the event can still be sent', async () => {
    await mode({ webhooks: 'never' });
    await act('succeed');
    await told(0);
    expect(await standing()).toMatchObject({ state: 'CAPTURED' });
    const [, event] = /\/sandbox\/events\/(evt_[\w-]+)/.exec(await page())!;
    await press(application, `/sandbox/events/${event}`, { times: '2' });
    await told(2);
    expect(new Set(merchant.deliveries.map(({ eventId }) => eventId))).toEqual(new Set([event]));
  });

  it('tells twice', async () => {
    await mode({ webhooks: 'twice' });
    await act('succeed');
    expect(await told(2)).toEqual(['charge.succeeded 2000 GBP', 'charge.succeeded 2000 GBP']);
  });

  it('tells later, with the time at which it happened', async () => {
    await mode({ delaySeconds: '3600', webhooks: 'twice' });
    await act('succeed');
    await told(0);
    const happened = clock.now().getTime();
    clock.advance(61);
    await told(2);
    expect(new Date(merchant.deliveries[0]!.occurredAt).getTime()).toBeLessThan(happened);
    // The signature is of now: it is young enough.
    expect(await provider.readWebhook(merchant.deliveries[0]!)).toMatchObject({ type: 'captured' });
  });

  it.each([
    ['release', ['charge.declined', 'charge.succeeded', 'dispute.opened']],
    ['release-newest-first', ['dispute.opened', 'charge.succeeded', 'charge.declined']],
  ])('holds webhooks back until %s', async (action, kinds) => {
    await mode({ webhooks: 'held' });
    await act('decline');
    await act('succeed');
    await act('dispute');
    await told(0);
    await act(action);
    await told(3);
    expect(merchant.kinds).toEqual(kinds);
    await act(action);
    await told(3);
    await act('send-newest-first');
    await told(6);
    expect(merchant.kinds.slice(3)).toEqual(['dispute.opened', 'charge.succeeded', 'charge.declined']);
    await act('send-again');
    await told(9);
    expect(merchant.kinds.slice(6)).toEqual(['charge.declined', 'charge.succeeded', 'dispute.opened']);
  });

  it('releases what all charges hold back', async () => {
    await mode({ webhooks: 'held' });
    await act('succeed');
    const first = charge;
    charge = await open();
    await act('succeed');
    expect((await press(application, '/sandbox/release', { order: 'newest-first' })).path).toBe('/sandbox');
    await told(2);
    const told2 = await Promise.all(merchant.deliveries.map(async (one) => await provider.readWebhook(one)));
    expect(told2.map((event) => event?.providerReference)).toEqual([charge, first]);
  });

  it('sends again what the merchant did not take, and everything after it as well', async () => {
    await mode({ webhooks: 'held' });
    await act('decline');
    await act('succeed');
    merchant.status = 500;
    await act('release');
    await told(2);
    merchant.status = 200;
    await told(4);
    await eventually(page, (text) => text.split('2 ×, last 200').length > 2);
    expect(merchant.kinds.slice(0, 4)).toEqual([...merchant.kinds.slice(0, 2), 'charge.declined', 'charge.succeeded']);
  });

  it('disputes, and lets the merchant win or lose', async () => {
    await act('dispute');
    expect(await standing()).toMatchObject({ state: 'OPEN' });
    await act('succeed');
    await refund(500);
    await act('dispute');
    await expect(refund(500)).rejects.toThrow('the bank of the payer has the money');
    await act('win-dispute');
    expect((await told(4)).toSorted()).toEqual([
      'charge.succeeded 2000 GBP',
      'dispute.opened 1500 GBP',
      'dispute.won 1500 GBP',
      'refund.succeeded 500 GBP',
    ]);
    await refund(1500);
    await told(5);
    charge = await open();
    await act('succeed');
    await act('dispute');
    await act('lose-dispute');
    await told(3);
    const events = await Promise.all(
      merchant.deliveries.map(async (one) => (await provider.readWebhook(one))?.type ?? ''),
    );
    expect(events.toSorted()).toEqual(['captured', 'dispute-lost', 'disputed']);
    await expect(refund(500)).rejects.toThrow('the bank of the payer has the money');
  });

  it('behaves for one charge differently than for those that follow', async () => {
    await press(application, `/sandbox/charges/${charge}/mode`, { webhooks: 'never', capture: 'less' });
    expect(await page()).toMatch(/value="never" selected/);
    expect(await page('/sandbox')).not.toMatch(/value="never" selected/);
    await act('succeed');
    await told(0);
    expect(await standing()).toMatchObject({ capturedMinor: 1900 });
    charge = await open();
    await act('succeed');
    expect(await told(1)).toEqual(['charge.succeeded 2000 GBP']);
  });

  it('shows the newest charges, and nothing of a description is markup', async () => {
    const list = await page('/sandbox');
    expect(list).toContain(`/sandbox/charges/${charge}`);
    expect(list).toContain('HF-1 &lt;2 tickets&gt;');
    expect(list + (await page())).not.toMatch(/<script|<2 tickets>/);
  });

  it.each<[string, Record<string, string>]>([
    ['/sandbox/charges/CHARGE', { action: 'steal' }],
    ['/sandbox/charges/CHARGE', {}],
    ['/sandbox/charges/CHARGE', { action: 'capture' }],
    ['/sandbox/charges/CHARGE', { action: 'capture', amountMinor: '-1' }],
    ['/sandbox/charges/CHARGE', { action: 'capture', amountMinor: '1.5' }],
    ['/sandbox/charges/CHARGE', { action: 'capture', amountMinor: '1', currency: 'pounds' }],
    ['/sandbox/charges/CHARGE/mode', { webhooks: 'sometimes' }],
    ['/sandbox/mode', { delaySeconds: '1000000' }],
    ['/sandbox/release', { order: 'random' }],
    ['/sandbox/refunds/re_1', { outcome: 'vanish' }],
    ['/sandbox/pay/CHARGE', { outcome: 'pay', method: 'cash' }],
  ])('refuses a wrong form at %s %j', async (path, form) => {
    expect((await press(application, path.replace('CHARGE', charge), form)).status).toBe(400);
    expect(await standing()).toEqual({ state: 'OPEN', capturedMinor: 0, currency: 'GBP' });
  });

  it.each<[string, Record<string, string>]>([
    ['/sandbox/charges/ch_unknown', { action: 'succeed' }],
    ['/sandbox/charges/ch_unknown/mode', {}],
    ['/sandbox/events/evt_unknown', {}],
    ['/sandbox/refunds/re_unknown', { outcome: 'fail' }],
  ])('finds nothing at %s', async (path, form) => {
    expect((await press(application, path, form)).status).toBe(404);
  });
});
