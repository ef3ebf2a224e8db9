import type Stripe from 'stripe';
import type { Clock } from '#kernel';
import { type Config, badInput } from '#platform';
import {
  PaymentProvider,
  type PaymentToOpen,
  type ProviderDispute,
  type ProviderEvent,
  type ProviderPayment,
  type ProviderRefund,
  ProviderRefusal,
  type WebhookRequest,
} from '../payment-provider.js';
import { fromStripe, toStripe } from './stripe-amounts.js';
import { gravestOf } from './stripe-disputes.js';
import { StripeEvents, refundState } from './stripe-events.js';
import { asking, isRefused, isStripeError } from './stripe-refusals.js';
import { PAYMENT_KEY, REFUND_KEY, SESSION_ID, WITH_ITS_CHARGE, isDisputed, standing } from './stripe-sessions.js';

/** An older signature is refused, so that a webhook that was overheard cannot be played again later. */
const SIGNATURE_SECONDS = 5 * 60;
const LONGEST_NAME = 250;

/**
 * Stripe: a payment is a Checkout Session, a page of Stripe's with every method that is switched on in the account.
 * Sessions end by themselves after a day; `void` ends them before.
 */
export class StripeProvider extends PaymentProvider {
  readonly name = 'stripe';
  private readonly events: StripeEvents;

  constructor(
    private readonly stripe: Stripe,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    super();
    this.events = new StripeEvents(stripe);
  }

  async open({
    key,
    amountMinor,
    currency,
    description,
  }: PaymentToOpen): Promise<{ providerReference: string; payUrl: string }> {
    const name = description.slice(0, LONGEST_NAME);
    const unit_amount = toStripe(amountMinor, currency);
    const price_data = { currency: currency.toLowerCase(), unit_amount, product_data: { name } };
    const session = await asking(() =>
      this.stripe.checkout.sessions.create(
        {
          mode: 'payment',
          line_items: [{ quantity: 1, price_data }],
          client_reference_id: key,
          metadata: { [PAYMENT_KEY]: key },
          payment_intent_data: { metadata: { [PAYMENT_KEY]: key } },
          // What comes in is what was asked for, in the same currency.
          adaptive_pricing: { enabled: false },
          success_url: `${this.config.publicUrl}/payments/done`,
          cancel_url: `${this.config.publicUrl}/payments/given-up`,
        },
        { idempotencyKey: key },
      ),
    );
    return { providerReference: session.id, payUrl: session.url! };
  }

  async find(providerReference: string): Promise<ProviderPayment> {
    const session = await this.session(providerReference);
    const dispute = isDisputed(session) ? await this.disputeOf(session) : undefined;
    return { ...standing(session), ...(dispute && { dispute }) };
  }

  /** What is on its way already cannot be stopped: the answer is then OPEN, and the money may still come. */
  async void(providerReference: string): Promise<ProviderPayment> {
    try {
      await this.stripe.checkout.sessions.expire(providerReference);
    } catch (error) {
      // Only an open session can end: how it stands is what counts.
      if (!isRefused(error)) throw error;
    }
    return await this.find(providerReference);
  }

  async refund({
    key,
    providerReference,
    amountMinor,
  }: Parameters<PaymentProvider['refund']>[0]): Promise<ProviderRefund> {
    const { payment_intent: intent } = await this.session(providerReference);
    if (intent === null || typeof intent === 'string')
      throw new ProviderRefusal(`${providerReference} was never paid.`);
    const amount = toStripe(amountMinor, fromStripe(0, intent.currency).currency);
    // Stripe forgets an idempotency key after a day; what it paid back it does not forget.
    const before = await this.refundBefore(key, intent.id);
    if (before && before.amount !== amount) throw new ProviderRefusal('Stripe has another refund under this key.');
    const metadata = { [REFUND_KEY]: key, [SESSION_ID]: providerReference };
    const create = async (): Promise<Stripe.Refund> =>
      await this.stripe.refunds.create({ payment_intent: intent.id, amount, metadata }, { idempotencyKey: key });
    return answer(before ?? (await asking(create)));
  }

  async findRefund({ providerReference }: Parameters<PaymentProvider['findRefund']>[0]): Promise<ProviderRefund> {
    return answer(await asking(() => this.stripe.refunds.retrieve(providerReference)));
  }

  async readWebhook({ rawBody, headers }: WebhookRequest): Promise<ProviderEvent | undefined> {
    const signature = headers['stripe-signature'];
    if (typeof signature !== 'string') return undefined;
    const event = this.verified(rawBody, signature);
    return event && (await this.events.read(event));
  }

  private verified(rawBody: Buffer, signature: string): Stripe.Event | undefined {
    let event: Partial<Stripe.Event> | null;
    try {
      const now = this.clock.now().getTime();
      const secret = this.config.STRIPE_WEBHOOK_SECRET!;
      event = this.stripe.webhooks.constructEvent(rawBody, signature, secret, SIGNATURE_SECONDS, undefined, now);
    } catch (error) {
      if (isStripeError(error)) return undefined;
      event = null;
    }
    if (event?.object !== 'event' || !/^[\w-]{1,255}$/.test(event.id ?? '') || typeof event.data?.object !== 'object')
      throw badInput('This webhook is no event of Stripe.');
    return event as Stripe.Event;
  }

  private async session(id: string): Promise<Stripe.Checkout.Session> {
    return await asking(() => this.stripe.checkout.sessions.retrieve(id, { expand: WITH_ITS_CHARGE }));
  }

  private async disputeOf({ payment_intent: intent }: Stripe.Checkout.Session): Promise<ProviderDispute | undefined> {
    const payment_intent = (intent as Stripe.PaymentIntent).id;
    const { data } = await asking(() => this.stripe.disputes.list({ payment_intent, limit: 100 }));
    return gravestOf(data);
  }

  private async refundBefore(key: string, payment_intent: string): Promise<Stripe.Refund | undefined> {
    for await (const refund of this.stripe.refunds.list({ payment_intent, limit: 100 }))
      if (refund.metadata?.[REFUND_KEY] === key) return refund;
    return undefined;
  }
}

function answer(refund: Stripe.Refund): ProviderRefund {
  return { providerReference: refund.id, state: refundState(refund) };
}
