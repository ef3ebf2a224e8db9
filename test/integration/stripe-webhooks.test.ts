import { newId } from '#kernel';
import { parseConfig } from '#platform';
import type { ProviderEvent } from '../../libs/payments/src/payment-provider.js';
import { stripeClient } from '../../libs/payments/src/stripe/stripe-client.js';
import { StripeProvider } from '../../libs/payments/src/stripe/stripe-provider.js';
import { StoppedClock } from '../support/clock.js';
import { testEnvironment } from '../support/environment.js';
import { type StripeEvent, eventOf } from '../support/stripe-stand-in/shapes.js';
import { StripeStandIn, signed } from '../support/stripe-stand-in/stand-in.js';

const SECRET = 'whsec_of_the_tests';

describe("Stripe's webhooks", () => {
  // Ours says what time it is, not the machine's.
  const clock = new StoppedClock(new Date('2031-05-01T12:00:00Z'));
  let stripe: StripeStandIn;
  let provider: StripeProvider;
  let session: string;
  beforeEach(async () => {
    stripe = await new StripeStandIn().start();
    const config = parseConfig(
      testEnvironment({
        PAYMENT_PROVIDER: 'stripe',
        STRIPE_SECRET_KEY: 'sk_test_x',
        STRIPE_WEBHOOK_SECRET: SECRET,
        STRIPE_API_BASE: stripe.url,
      }),
    );
    provider = new StripeProvider(await stripeClient(config), config, clock);
    const opened = await provider.open({ key: newId(), amountMinor: 2000, currency: 'GBP', description: 'HF-1' });
    session = opened.providerReference;
  });
  afterEach(async () => {
    await stripe.stop();
  });

  const read = async (event: StripeEvent | string, secret = SECRET, at = clock.now()) => {
    const { body, headers } = signed(event, secret, at);
    return await provider.readWebhook({ rawBody: Buffer.from(body), headers });
  };
  /** Everything that happened so far, as we read it, without what has no effect. */
  async function told(): Promise<Partial<ProviderEvent>[]> {
    const events: Partial<ProviderEvent>[] = [];
    for (const event of stripe.books.events.splice(0)) {
      const { eventId, ...news } = (await read(event))!;
      expect(eventId).toBe(event.id);
      if (news.type !== 'other') events.push(news);
    }
    return events;
  }
  const news = (type: string, amountMinor = 2000) => ({
    type,
    providerReference: session,
    amountMinor,
    currency: 'GBP',
  });
  const sent = async (amountMinor: number) =>
    await provider.refund({ key: newId(), providerReference: session, amountMinor });

  it('are read when the signature is right and young, and the body is as it was sent', async () => {
    stripe.books.pay(session);
    const event = stripe.books.events.at(-1)!;
    const seconds = 1000;
    expect(await read(event)).toMatchObject({ type: 'captured' });
    expect(await read(event, SECRET, new Date(clock.now().getTime() - 299 * seconds))).toMatchObject({
      type: 'captured',
    });
    expect(await read(event, SECRET, new Date(clock.now().getTime() - 302 * seconds))).toBeUndefined();
    expect(await read(event, 'whsec_of_somebody_else')).toBeUndefined();
    const { body, headers } = signed(event, SECRET, clock.now());
    const changed = Buffer.from(body.replace('2000', '2001'));
    expect(await provider.readWebhook({ rawBody: changed, headers })).toBeUndefined();
    for (const wrong of [
      {},
      { 'stripe-signature': '' },
      { 'stripe-signature': 'nonsense' },
      { 'stripe-signature': ['a', 'b'] },
    ])
      expect(await provider.readWebhook({ rawBody: Buffer.from(body), headers: wrong })).toBeUndefined();
  });

  it.each([
    'garbage',
    'null',
    '{}',
    '7',
    '{"object":"event","id":"evt_1","type":"x"}',
    '{"object":"event","id":"a b","data":{"object":{}}}',
  ])('that are signed and make no sense are a mistake of the caller: %s', async (body) => {
    await expect(read(body)).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });

  it('tell of a card: captured, by two events about the same money', async () => {
    stripe.books.pay(session);
    expect(await told()).toEqual([news('captured'), news('captured')]);
  });

  it('tell nothing of a card that was refused, while the page takes another one', async () => {
    stripe.books.declineCard(session);
    expect(await told()).toEqual([]);
    stripe.books.pay(session);
    expect(await told()).toContainEqual(news('captured'));
  });

  it('tell of a transfer when it has arrived, or has not', async () => {
    stripe.books.beginTransfer(session);
    expect(await told()).toEqual([]);
    stripe.books.endTransfer(session, true);
    expect(await told()).toEqual([news('captured'), news('captured')]);
    ({ providerReference: session } = await provider.open({
      key: newId(),
      amountMinor: 2000,
      currency: 'GBP',
      description: '',
    }));
    stripe.books.beginTransfer(session);
    stripe.books.endTransfer(session, false);
    expect(await told()).toEqual([news('declined'), news('declined')]);
  });

  it('tell of a page that has ended', async () => {
    stripe.books.expire(session);
    expect(await told()).toEqual([news('voided')]);
  });

  it('tell of an intent that was cancelled', async () => {
    stripe.books.declineCard(session);
    const intent = stripe.books.intent(stripe.books.session(session).payment_intent!);
    expect(await read(eventOf('payment_intent.canceled', { ...intent, status: 'canceled' }))).toMatchObject(
      news('voided'),
    );
  });

  it('tell of refunds by our key, at once or days later, and when the bank sends one back', async () => {
    stripe.books.pay(session);
    await told();
    const key = newId();
    const refund = await provider.refund({ key, providerReference: session, amountMinor: 500 });
    const back = { refund: { key, providerReference: refund.providerReference } };
    expect(await told()).toEqual([{ ...news('refund-succeeded', 500), ...back }]);
    stripe.books.endRefund(refund.providerReference, 'failed');
    expect(await told()).toEqual([{ ...news('refund-failed', 500), ...back }]);
    stripe.books.refundsBegin = 'pending';
    const slow = await sent(300);
    expect(await told()).toEqual([]);
    stripe.books.endRefund(slow.providerReference, 'succeeded');
    expect(await told()).toMatchObject([news('refund-succeeded', 300)]);
  });

  it('tell of a refund that somebody made in the dashboard, by its id', async () => {
    stripe.books.pay(session);
    await told();
    const { id } = stripe.books.refund(stripe.books.session(session).payment_intent!, 700);
    expect(await told()).toEqual([
      { ...news('refund-succeeded', 700), refund: { key: undefined, providerReference: id } },
    ]);
  });

  it('tell of a refund inside a charge, as older versions of the API do', async () => {
    stripe.books.pay(session);
    await sent(500);
    const [refund] = [...stripe.books.refunds.values()];
    const charge = { id: refund!.charge, object: 'charge', amount_refunded: 500, currency: 'gbp' };
    expect(await read(eventOf('charge.refunded', charge))).toMatchObject({ type: 'other' });
    const older = { ...charge, refunds: { object: 'list', data: [refund] } };
    expect(await read(eventOf('charge.refunded', older))).toMatchObject(news('refund-succeeded', 500));
  });

  it.each(['won', 'lost'] as const)('tell of a dispute that is %s', async (outcome) => {
    stripe.books.pay(session);
    await told();
    const { id } = stripe.books.dispute(session);
    expect(await told()).toEqual([news('disputed')]);
    stripe.books.moveDispute(id, outcome);
    expect(await told()).toEqual([news(`dispute-${outcome}`)]);
  });

  it('tell of an inquiry only when it becomes a dispute: it takes no money', async () => {
    stripe.books.pay(session);
    await told();
    const first = stripe.books.dispute(session, 'warning_needs_response');
    stripe.books.moveDispute(first.id, 'warning_closed');
    expect(await told()).toEqual([]);
    const second = stripe.books.dispute(session, 'warning_needs_response');
    stripe.books.moveDispute(second.id, 'needs_response');
    expect(await told()).toEqual([news('disputed')]);
  });

  it('say nothing of what is not ours, or not about payments', async () => {
    const { url: _, ...foreign } = stripe.books.open(
      {
        amount_total: 100,
        currency: 'eur',
        metadata: {},
        client_reference_id: null,
        success_url: null,
        cancel_url: null,
      },
      {},
    );
    stripe.books.pay(foreign.id);
    const other = { type: 'other', amountMinor: 0, currency: 'XXX' };
    for (const event of stripe.books.events) expect(await read(event)).toMatchObject(other);
    expect(await read(eventOf('customer.created', { id: 'cus_1', object: 'customer' }))).toMatchObject(other);
    expect(await read(eventOf('balance.available', { object: 'balance' }))).toMatchObject(other);
  });

  it('come again when Stripe could not be asked of which payment they are', async () => {
    stripe.books.pay(session);
    const event = stripe.books.events.find(({ type }) => type === 'payment_intent.succeeded')!;
    stripe.fail('GET /v1/checkout/sessions', 'rate-limit');
    await expect(read(event)).rejects.toThrow('Too many requests');
    expect(await read(event)).toMatchObject(news('captured'));
  });
});
