import { newId } from '#kernel';
import { PaymentProvider, type ProviderEvent, ProviderRefusal } from '../../libs/payments/src/payment-provider.js';
import { type TestApplication, startApplication } from '../support/application.js';
import { MovedClock } from '../support/clock.js';
import { eventually } from '../support/fixtures.js';
import { Merchant, press } from '../support/sandbox.js';

describe('the sandbox gateway', () => {
  const clock = new MovedClock();
  let merchant: Merchant;
  let application: TestApplication;
  let provider: PaymentProvider;
  beforeAll(async () => {
    merchant = await new Merchant().start();
    application = await startApplication({ PUBLIC_URL: merchant.url }, clock);
    provider = application.get(PaymentProvider);
  });
  beforeEach(() => {
    merchant.deliveries.length = 0;
  });
  afterAll(async () => {
    await application.close();
    await merchant.stop();
  });

  const asked = () => ({ key: newId(), amountMinor: 2000, currency: 'GBP', description: 'HF-1' });
  const open = async () => (await provider.open(asked())).providerReference;
  const act = async (charge: string, action: string) =>
    await press(application, `/sandbox/charges/${charge}`, { action });
  async function paid(refunds = 'at-once'): Promise<string> {
    const charge = await open();
    await press(application, `/sandbox/charges/${charge}/mode`, { refunds });
    await act(charge, 'succeed');
    await told(charge, 'charge.succeeded');
    return charge;
  }
  /** Waits for a webhook about a charge. */
  async function told(charge: string, kind: string): Promise<ProviderEvent> {
    const find = () => merchant.deliveries.find((one) => one.chargeId === charge && one.kind === kind);
    const delivery = await eventually(async () => await Promise.resolve(find()), Boolean);
    return (await provider.readWebhook(delivery!))!;
  }
  const kindsOf = (charge: string) =>
    merchant.deliveries.filter(({ chargeId }) => chargeId === charge).map(({ kind }) => kind);
  const refund = (charge: string, amountMinor: number, key = newId()) => ({
    key,
    providerReference: charge,
    amountMinor,
  });

  it('gives one charge for one key, and never another one under it', async () => {
    const payment = asked();
    const [first, ...others] = await Promise.all(Array.from({ length: 10 }, () => provider.open(payment)));
    expect(new Set(others.map(({ providerReference }) => providerReference))).toEqual(
      new Set([first!.providerReference]),
    );
    expect(first!.payUrl).toBe(`${merchant.url}/sandbox/pay/${first!.providerReference}`);
    expect(first!.providerReference).not.toContain(payment.key);
    await expect(provider.open({ ...payment, amountMinor: 1 })).rejects.toThrow(ProviderRefusal);
  });

  it.each(['card', 'wallet'])('is paid by %s at once, on a page that leads to the panel', async (method) => {
    const charge = await open();
    const { status, page } = await press(application, `/sandbox/pay/${charge}`, { outcome: 'pay', method });
    expect(status).toBe(201);
    expect(page).toContain('Paid.');
    expect(page).toContain(`href="/sandbox/charges/${charge}"`);
    expect(await provider.find(charge)).toEqual({ state: 'CAPTURED', capturedMinor: 2000, currency: 'GBP' });
    expect(await told(charge, 'charge.succeeded')).toMatchObject({ type: 'captured', providerReference: charge });
    // Paid is paid.
    await press(application, `/sandbox/pay/${charge}`, { outcome: 'decline' });
    expect(await provider.find(charge)).toMatchObject({ state: 'CAPTURED' });
  });

  it('is paid by a transfer some seconds later; meanwhile it is open and cannot be voided', async () => {
    const charge = await open();
    const transfer = { outcome: 'pay', method: 'bank-transfer' };
    expect((await press(application, `/sandbox/pay/${charge}`, transfer)).page).toContain('on its way');
    expect(await provider.void(charge)).toEqual({ state: 'OPEN', capturedMinor: 0, currency: 'GBP' });
    await press(application, `/sandbox/pay/${charge}`, { outcome: 'decline' });
    expect(await provider.find(charge)).toMatchObject({ state: 'OPEN' });
    expect(kindsOf(charge)).toEqual([]);
    clock.advance(1);
    expect(await told(charge, 'charge.succeeded')).toMatchObject({ providerReference: charge, amountMinor: 2000 });
    expect(await provider.find(charge)).toMatchObject({ state: 'CAPTURED', capturedMinor: 2000 });
  });

  it('has transfers that the bank refuses', async () => {
    const charge = await open();
    await press(application, `/sandbox/pay/${charge}`, { outcome: 'pay', method: 'bank-transfer' });
    await act(charge, 'decline');
    expect(await told(charge, 'charge.declined')).toMatchObject({ type: 'declined' });
    expect(await provider.find(charge)).toMatchObject({ state: 'DECLINED' });
  });

  it('voids what is open, so that nobody can pay it; not what is paid', async () => {
    const charge = await open();
    const gone = { state: 'VOIDED', capturedMinor: 0, currency: 'GBP' };
    expect([await provider.void(charge), await provider.void(charge)]).toEqual([gone, gone]);
    expect((await press(application, `/sandbox/pay/${charge}`, { outcome: 'pay' })).page).toContain('has ended');
    expect(await provider.find(charge)).toEqual(gone);
    expect(await told(charge, 'charge.voided')).toMatchObject({ type: 'voided', providerReference: charge });
    expect(await provider.void(await paid())).toMatchObject({ state: 'CAPTURED', capturedMinor: 2000 });
  });

  it('is paid or voided, never both, when both come at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const charge = await open();
      const [standing] = await Promise.all([
        provider.void(charge),
        press(application, `/sandbox/pay/${charge}`, { outcome: 'pay' }),
      ]);
      expect(await provider.find(charge)).toEqual(standing);
    }
  });

  it('pays back a part and then the rest, each once for its key, and tells of it by that key', async () => {
    const charge = await paid();
    const part = refund(charge, 500, `${newId()}:0`);
    const both = await Promise.all([provider.refund(part), provider.refund(part)]);
    expect(both[0]).toEqual({ providerReference: expect.stringMatching(/^re_/), state: 'SUCCEEDED' });
    expect(both[1]).toEqual(both[0]);
    expect(await provider.findRefund({ ...part, ...both[0] })).toEqual(both[0]);
    expect(await told(charge, 'refund.succeeded')).toMatchObject({
      type: 'refund-succeeded',
      providerReference: charge,
      amountMinor: 500,
      refund: { key: part.key, providerReference: both[0].providerReference },
    });
    await expect(provider.refund({ ...part, amountMinor: 400 })).rejects.toThrow(ProviderRefusal);
    await expect(provider.refund(refund(charge, 1501))).rejects.toThrow(ProviderRefusal);
    await provider.refund(refund(charge, 1500));
    await expect(provider.refund(refund(charge, 1))).rejects.toThrow(ProviderRefusal);
  });

  it('never pays back more than came in, whoever asks at once', async () => {
    const charge = await paid();
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => provider.refund(refund(charge, 500))));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
  });

  it('fails the next refund, and only that', async () => {
    const charge = await paid('fail-next');
    expect(await provider.refund(refund(charge, 2000))).toMatchObject({ state: 'FAILED' });
    expect(await told(charge, 'refund.failed')).toMatchObject({ type: 'refund-failed', amountMinor: 2000 });
    expect(await provider.refund(refund(charge, 2000))).toMatchObject({ state: 'SUCCEEDED' });
  });

  it.each([
    ['succeed', 'SUCCEEDED', 'refund.succeeded'],
    ['fail', 'FAILED', 'refund.failed'],
  ])('leaves refunds pending until they %s in the panel', async (outcome, state, kind) => {
    const charge = await paid('pending');
    const asked = refund(charge, 2000);
    const sent = await provider.refund(asked);
    expect(sent.state).toBe('PENDING');
    expect(kindsOf(charge)).toEqual(['charge.succeeded']);
    await press(application, `/sandbox/refunds/${sent.providerReference}`, { outcome });
    expect(await provider.findRefund({ ...asked, ...sent })).toEqual({ ...sent, state });
    expect(await told(charge, kind)).toMatchObject({ refund: { key: asked.key } });
    // What the bank took back can be refunded again; what was paid out not.
    const again = provider.refund(refund(charge, 2000));
    await (state === 'FAILED' ? expect(again).resolves.toBeDefined() : expect(again).rejects.toThrow(ProviderRefusal));
  });

  it('lets a bank send back what was paid out', async () => {
    const charge = await paid();
    const asked = refund(charge, 2000);
    const sent = await provider.refund(asked);
    await press(application, `/sandbox/refunds/${sent.providerReference}`, { outcome: 'fail' });
    expect(await told(charge, 'refund.failed')).toMatchObject({ amountMinor: 2000 });
    // It does not succeed after that.
    await press(application, `/sandbox/refunds/${sent.providerReference}`, { outcome: 'succeed' });
    expect(await provider.findRefund({ ...asked, ...sent })).toMatchObject({ state: 'FAILED' });
    await provider.refund(refund(charge, 2000));
  });

  it('refuses what it does not know', async () => {
    const unpaid = await open();
    for (const call of [
      () => provider.find('ch_unknown'),
      () => provider.void('ch_unknown'),
      () => provider.refund(refund('ch_unknown', 1)),
      () => provider.refund(refund(unpaid, 1)),
      () => provider.findRefund({ key: 'unknown', providerReference: 're_unknown' }),
    ])
      await expect(call()).rejects.toThrow(ProviderRefusal);
  });
});
