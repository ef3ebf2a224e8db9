import { type TestApplication, startApplication } from '../support/application.js';
import { type Bought, type Reserved, type Sale, checkOut, readOrder, reserve, saleOfTrip } from '../support/sale.js';
import type { StripeEvent } from '../support/stripe-stand-in/shapes.js';
import { StripeStandIn, signed } from '../support/stripe-stand-in/stand-in.js';

const SECRET = 'whsec_of_the_tests';

describe('payments through Stripe', () => {
  let stripe: StripeStandIn;
  let application: TestApplication;
  let sale: Sale;
  beforeAll(async () => {
    stripe = await new StripeStandIn().start();
    application = await startApplication({
      PAYMENT_PROVIDER: 'stripe',
      SANDBOX_WEBHOOK_SECRET: '',
      STRIPE_SECRET_KEY: 'sk_test_x',
      STRIPE_WEBHOOK_SECRET: SECRET,
      STRIPE_API_BASE: stripe.url,
    });
  });
  beforeEach(async () => {
    sale = await saleOfTrip(application);
    stripe.books.events.length = 0;
  });
  afterAll(async () => {
    await application.close();
    await stripe.stop();
  });

  async function placed(): Promise<{ order: Bought; mine: Reserved; session: string }> {
    const mine = await reserve(application.client, sale, ['1A']);
    const order = await checkOut(application.client, mine);
    return { order, mine, session: order.payment!.payUrl.split('/').at(-1)! };
  }
  async function deliver(event: StripeEvent, secret = SECRET, path = '/webhooks/payments/stripe'): Promise<number> {
    const { body, headers } = signed(event, secret);
    return (await application.client.fetch(path, { method: 'POST', body, headers })).status;
  }

  it('sell the seat when Stripe says that it is paid, in whatever order and however often it says so', async () => {
    const { order, mine, session } = await placed();
    expect(order.payment!.payUrl).toBe(stripe.books.session(session).url);
    stripe.books.declineCard(session);
    stripe.books.pay(session);
    const events = stripe.books.events.toReversed();
    for (const event of [...events, ...events]) expect(await deliver(event)).toBe(200);
    expect(await readOrder(application.client, order.id, mine)).toMatchObject({
      state: 'PAID',
      payment: { state: 'CAPTURED' },
      tickets: [{ state: 'PAID' }],
    });
  });

  it('are not believed without the signature, nor under another name', async () => {
    const { order, mine, session } = await placed();
    stripe.books.pay(session);
    const event = stripe.books.events.at(-1)!;
    expect(await deliver(event, 'whsec_of_somebody_else')).toBe(401);
    expect(await deliver(event, SECRET, '/webhooks/payments/sandbox')).toBe(404);
    expect((await readOrder(application.client, order.id, mine)).state).toBe('PENDING');
  });

  it('have no sandbox beside them', async () => {
    for (const path of ['/sandbox', '/sandbox/pay/ch_x', '/sandbox/charges/ch_x'])
      expect((await application.client.fetch(path)).status).toBe(404);
    for (const path of ['/sandbox/mode', '/sandbox/release', '/sandbox/pay/ch_x'])
      expect((await application.client.fetch(path, { method: 'POST', body: new URLSearchParams({}) })).status).toBe(
        404,
      );
  });

  it('come back from the page of Stripe to a page that promises nothing', async () => {
    const { session } = await placed();
    const { success_url: done, cancel_url: givenUp } = stripe.books.session(session);
    for (const [url, words] of [
      [done!, 'as soon as the payment has come in'],
      [givenUp!, 'Nothing was taken'],
    ] as const)
      expect(await (await fetch(url)).text()).toContain(words);
  });
});
