import { SystemClock, newId } from '#kernel';
import { parseConfig } from '#platform';
import { PaymentProvider, ProviderRefusal } from '../../libs/payments/src/payment-provider.js';
import { stripeClient } from '../../libs/payments/src/stripe/stripe-client.js';
import { StripeProvider } from '../../libs/payments/src/stripe/stripe-provider.js';
import { testEnvironment } from '../support/environment.js';
import { StripeStandIn } from '../support/stripe-stand-in/stand-in.js';

const TIMEOUT_MS = 400;

describe('Stripe', () => {
  let stripe: StripeStandIn;
  let provider: PaymentProvider;
  beforeEach(async () => {
    stripe = await new StripeStandIn().start();
    const config = parseConfig(
      testEnvironment({
        PAYMENT_PROVIDER: 'stripe',
        STRIPE_SECRET_KEY: 'sk_test_x',
        STRIPE_WEBHOOK_SECRET: 'whsec_x',
        STRIPE_API_BASE: stripe.url,
        PUBLIC_URL: 'https://tickets.test',
      }),
    );
    provider = new StripeProvider(await stripeClient(config, TIMEOUT_MS), config, new SystemClock());
  });
  afterEach(async () => {
    await stripe.stop();
  });

  const asked = () => ({ key: newId(), amountMinor: 2000, currency: 'GBP', description: 'HF-1, 2 tickets' });
  const counted = (request: string) => stripe.requests.filter((one) => one === request).length;
  const sessions = () => stripe.books.sessions.size;
  async function paid(): Promise<string> {
    const { providerReference } = await provider.open(asked());
    stripe.books.pay(providerReference);
    return providerReference;
  }

  describe('opens a payment', () => {
    it('as a page of its own, with our key on it, in the currency that was asked for', async () => {
      const payment = asked();
      const { providerReference, payUrl } = await provider.open(payment);
      expect(payUrl).toBe(`${stripe.url}/c/pay/${providerReference}`);
      expect(stripe.books.session(providerReference)).toMatchObject({
        amount_total: 2000,
        currency: 'gbp',
        client_reference_id: payment.key,
        metadata: { holdfast_payment: payment.key },
        success_url: 'https://tickets.test/payments/done',
        cancel_url: 'https://tickets.test/payments/given-up',
      });
    });

    it('once for one key, also when the first answer was lost', async () => {
      const payment = asked();
      // Once more by the library itself, and then by us.
      stripe.fail('POST /v1/checkout/sessions', 'lost-answer');
      stripe.fail('POST /v1/checkout/sessions', 'lost-answer');
      await expect(provider.open(payment)).rejects.not.toBeInstanceOf(ProviderRefusal);
      const first = await provider.open(payment);
      expect(await provider.open(payment)).toEqual(first);
      expect(sessions()).toBe(1);
      expect(counted('POST /v1/checkout/sessions')).toBe(4);
    });

    it('never another one under the same key', async () => {
      const payment = asked();
      await provider.open(payment);
      await expect(provider.open({ ...payment, amountMinor: 1999 })).rejects.toThrow(ProviderRefusal);
      expect(sessions()).toBe(1);
    });

    it.each([
      ['too little for Stripe', { amountMinor: 1 }],
      ['a third decimal', { amountMinor: 5124, currency: 'KWD' }],
    ])('not for %s, for good', async (_, wrong) => {
      await expect(provider.open({ ...asked(), ...wrong })).rejects.toThrow(ProviderRefusal);
    });

    it.each(['rate-limit', 'hangs', 'error-500'] as const)('not now: %s says nothing for good', async (fault) => {
      const payment = asked();
      for (let tries = 0; tries < 2; tries += 1) stripe.fail('POST /v1/checkout/sessions', fault);
      await expect(provider.open(payment)).rejects.not.toBeInstanceOf(ProviderRefusal);
      stripe.heal();
      await provider.open(payment);
      expect(sessions()).toBe(1);
    });

    it('not with a wrong key of ours, which can be mended', async () => {
      const config = parseConfig(
        testEnvironment({
          PAYMENT_PROVIDER: 'stripe',
          STRIPE_SECRET_KEY: 'rk_live_x',
          STRIPE_WEBHOOK_SECRET: 'whsec_x',
          STRIPE_API_BASE: stripe.url,
        }),
      );
      const stranger = new StripeProvider(await stripeClient(config), config, new SystemClock());
      await expect(stranger.open(asked())).rejects.not.toBeInstanceOf(ProviderRefusal);
    });
  });

  describe('says how a payment stands', () => {
    it('open, while the payer tries one card after another; captured with the last', async () => {
      const { providerReference } = await provider.open(asked());
      const open = { state: 'OPEN', capturedMinor: 0, currency: 'GBP' };
      expect(await provider.find(providerReference)).toEqual(open);
      stripe.books.declineCard(providerReference);
      expect(await provider.find(providerReference)).toEqual(open);
      stripe.books.pay(providerReference);
      expect(await provider.find(providerReference)).toEqual({ ...open, state: 'CAPTURED', capturedMinor: 2000 });
    });

    it('open, while a transfer is on its way; then captured or declined', async () => {
      for (const arrives of [true, false]) {
        const { providerReference } = await provider.open(asked());
        stripe.books.beginTransfer(providerReference);
        expect(await provider.find(providerReference)).toMatchObject({ state: 'OPEN', capturedMinor: 0 });
        stripe.books.endTransfer(providerReference, arrives);
        expect(await provider.find(providerReference)).toMatchObject(
          arrives ? { state: 'CAPTURED', capturedMinor: 2000 } : { state: 'DECLINED', capturedMinor: 0 },
        );
      }
    });

    it('in our minor units', async () => {
      const { providerReference } = await provider.open({ ...asked(), amountMinor: 500, currency: 'ISK' });
      expect(stripe.books.session(providerReference).amount_total).toBe(50_000);
      stripe.books.pay(providerReference);
      expect(await provider.find(providerReference)).toEqual({
        state: 'CAPTURED',
        capturedMinor: 500,
        currency: 'ISK',
      });
    });

    it('with its dispute, and without the inquiries that take no money', async () => {
      const providerReference = await paid();
      const dispute = async () => (await provider.find(providerReference)).dispute;
      expect(await dispute()).toBeUndefined();
      expect(counted('GET /v1/disputes')).toBe(0);
      const { id } = stripe.books.dispute(providerReference, 'warning_needs_response');
      expect(await dispute()).toBeUndefined();
      for (const [status, state] of [
        ['needs_response', 'OPEN'],
        ['under_review', 'OPEN'],
        ['won', 'WON'],
      ] as const) {
        stripe.books.moveDispute(id, status);
        expect(await dispute()).toEqual({ state, amountMinor: 2000 });
      }
      // A second one: the gravest counts.
      stripe.books.moveDispute(stripe.books.dispute(providerReference).id, 'lost');
      expect(await dispute()).toEqual({ state: 'LOST', amountMinor: 2000 });
    });

    it('not when Stripe does not say whether it is disputed', async () => {
      const providerReference = await paid();
      stripe.books.dispute(providerReference);
      for (let tries = 0; tries < 2; tries += 1) stripe.fail('GET /v1/disputes', 'rate-limit');
      await expect(provider.find(providerReference)).rejects.not.toBeInstanceOf(ProviderRefusal);
    });

    it('not for one that is unknown', async () => {
      await expect(provider.find('cs_test_unknown')).rejects.toThrow(ProviderRefusal);
    });
  });

  describe('voids a payment', () => {
    it('so that nobody can pay it, and once more changes nothing', async () => {
      const { providerReference } = await provider.open(asked());
      const gone = { state: 'VOIDED', capturedMinor: 0, currency: 'GBP' };
      expect(await provider.void(providerReference)).toEqual(gone);
      expect(() => stripe.books.pay(providerReference)).toThrow('expired');
      expect(await provider.void(providerReference)).toEqual(gone);
    });

    it('unless it was paid: then it says so', async () => {
      expect(await provider.void(await paid())).toEqual({ state: 'CAPTURED', capturedMinor: 2000, currency: 'GBP' });
    });

    it('unless the money is on its way: then it stays open', async () => {
      const { providerReference } = await provider.open(asked());
      stripe.books.beginTransfer(providerReference);
      expect(await provider.void(providerReference)).toMatchObject({ state: 'OPEN' });
    });

    it('not when Stripe does not answer: who knows', async () => {
      const { providerReference } = await provider.open(asked());
      stripe.fail(`POST /v1/checkout/sessions/${providerReference}/expire`, 'rate-limit');
      await expect(provider.void(providerReference)).rejects.not.toBeInstanceOf(ProviderRefusal);
    });
  });

  describe('pays back', () => {
    it('a part, and then the rest, each once for its key', async () => {
      const providerReference = await paid();
      const part = { key: newId(), providerReference, amountMinor: 500 };
      const first = await provider.refund(part);
      expect(first).toEqual({ providerReference: expect.stringMatching(/^re_/), state: 'SUCCEEDED' });
      expect(await provider.refund(part)).toEqual(first);
      await provider.refund({ ...part, key: newId(), amountMinor: 1500 });
      expect([...stripe.books.refunds.values()].map(({ amount }) => amount)).toEqual([500, 1500]);
      expect(await provider.findRefund({ key: part.key, providerReference: first.providerReference })).toEqual(first);
    });

    it('once, when the answer was lost, and when Stripe has forgotten the key', async () => {
      const refund = { key: newId(), providerReference: await paid(), amountMinor: 500 };
      stripe.fail('POST /v1/refunds', 'lost-answer');
      stripe.fail('POST /v1/refunds', 'lost-answer');
      await expect(provider.refund(refund)).rejects.not.toBeInstanceOf(ProviderRefusal);
      stripe.heal();
      expect(await provider.refund(refund)).toMatchObject({ state: 'SUCCEEDED' });
      expect(stripe.books.refunds.size).toBe(1);
    });

    it('once, when it is asked for twice at the same time', async () => {
      const refund = { key: newId(), providerReference: await paid(), amountMinor: 500 };
      stripe.fail('POST /v1/refunds', 'slow');
      const both = await Promise.allSettled([provider.refund(refund), provider.refund(refund)]);
      expect(both.some(({ status }) => status === 'fulfilled')).toBe(true);
      // Who came second is told to come again, never that it is refused.
      for (const one of both) if (one.status === 'rejected') expect(one.reason).not.toBeInstanceOf(ProviderRefusal);
      expect(stripe.books.refunds.size).toBe(1);
    });

    it('later, through a bank that takes its time', async () => {
      stripe.books.refundsBegin = 'pending';
      const refund = { key: newId(), providerReference: await paid(), amountMinor: 500 };
      const sent = await provider.refund(refund);
      expect(sent.state).toBe('PENDING');
      for (const status of ['succeeded', 'failed'] as const) {
        stripe.books.endRefund(sent.providerReference, status);
        expect(await provider.findRefund({ ...refund, ...sent })).toMatchObject({ state: status.toUpperCase() });
      }
    });

    it.each(['hangs', 'rate-limit', 'no-balance'] as const)('not now: %s says nothing for good', async (fault) => {
      const refund = { key: newId(), providerReference: await paid(), amountMinor: 500 };
      for (let tries = 0; tries < 2; tries += 1) stripe.fail('POST /v1/refunds', fault);
      await expect(provider.refund(refund)).rejects.not.toBeInstanceOf(ProviderRefusal);
      stripe.heal();
      await provider.refund(refund);
      expect(stripe.books.refunds.size).toBe(1);
    });

    it.each<[string, (session: string) => Promise<unknown>]>([
      [
        'that is back already',
        async (session) => await provider.refund({ key: newId(), providerReference: session, amountMinor: 2000 }),
      ],
      ['that the bank has taken', async (session) => await Promise.resolve(stripe.books.dispute(session))],
      [
        'that is less',
        async (session) => await provider.refund({ key: newId(), providerReference: session, amountMinor: 1900 }),
      ],
      ['whose card is refused', async () => await Promise.resolve(stripe.fail('POST /v1/refunds', 'card-declined'))],
    ])('never money %s', async (_, before) => {
      const providerReference = await paid();
      await before(providerReference);
      await expect(provider.refund({ key: newId(), providerReference, amountMinor: 500 })).rejects.toThrow(
        ProviderRefusal,
      );
    });

    it('never what was not paid, nor another amount under the same key', async () => {
      const { providerReference } = await provider.open(asked());
      const refund = { key: newId(), providerReference, amountMinor: 500 };
      await expect(provider.refund(refund)).rejects.toThrow(ProviderRefusal);
      stripe.books.pay(providerReference);
      await provider.refund(refund);
      await expect(provider.refund({ ...refund, amountMinor: 501 })).rejects.toThrow(ProviderRefusal);
      expect(stripe.books.refunds.size).toBe(1);
    });
  });
});
