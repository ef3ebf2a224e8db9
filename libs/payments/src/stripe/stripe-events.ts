import type Stripe from 'stripe';
import type { ProviderEvent, ProviderEventType } from '../payment-provider.js';
import { fromStripe } from './stripe-amounts.js';
import { disputeState, isInquiry } from './stripe-disputes.js';
import { PAYMENT_KEY, REFUND_KEY, SESSION_ID } from './stripe-sessions.js';

/** Stripe's events in our words. Events about intents, refunds and disputes may not say of which session they are. */
export class StripeEvents {
  constructor(private readonly stripe: Stripe) {}

  async read(event: Stripe.Event): Promise<ProviderEvent> {
    switch (event.type) {
      case 'checkout.session.completed':
      case 'checkout.session.async_payment_succeeded':
        return ofSession(event, event.data.object, event.data.object.payment_status === 'paid' ? 'captured' : 'other');
      case 'checkout.session.async_payment_failed':
        return ofSession(event, event.data.object, 'declined');
      case 'checkout.session.expired':
        return ofSession(event, event.data.object, 'voided');
      case 'payment_intent.succeeded':
      case 'payment_intent.payment_failed':
      case 'payment_intent.canceled':
        return await this.ofIntent(event, event.data.object);
      case 'charge.refunded':
        return await this.ofCharge(event, event.data.object);
      case 'refund.created':
      case 'refund.updated':
      case 'refund.failed':
      case 'charge.refund.updated':
        return await this.ofRefund(event, event.data.object);
      case 'charge.dispute.created':
      case 'charge.dispute.updated':
      case 'charge.dispute.closed':
        return await this.ofDispute(event, event.data.object);
      default:
        return other(event);
    }
  }

  private async ofIntent(event: Stripe.Event, intent: Stripe.PaymentIntent): Promise<ProviderEvent> {
    const session = await this.sessionOf(intent);
    if (!session) return other(event);
    if (event.type === 'payment_intent.succeeded')
      return told(event, 'captured', session.id, intent.amount_received, intent);
    // As long as the page is open the payer can take another card.
    if (event.type === 'payment_intent.payment_failed' && session.status === 'open') return other(event, session.id);
    const type = event.type === 'payment_intent.canceled' ? 'voided' : 'declined';
    return told(event, type, session.id, intent.amount, intent);
  }

  /** Only older versions of the API put the refund into it; newer ones tell of the refund itself. */
  private async ofCharge(event: Stripe.Event, charge: Stripe.Charge): Promise<ProviderEvent> {
    const newest = charge.refunds?.data[0];
    return newest ? await this.ofRefund(event, newest) : other(event);
  }

  private async ofRefund(event: Stripe.Event, refund: Stripe.Refund): Promise<ProviderEvent> {
    const sessionId = refund.metadata?.[SESSION_ID] ?? (await this.sessionOf(refund.payment_intent))?.id;
    const state = refundState(refund);
    if (sessionId === undefined) return other(event);
    if (state === 'PENDING') return other(event, sessionId);
    const type = state === 'SUCCEEDED' ? 'refund-succeeded' : 'refund-failed';
    return {
      ...told(event, type, sessionId, refund.amount, refund),
      refund: { key: refund.metadata?.[REFUND_KEY], providerReference: refund.id },
    };
  }

  private async ofDispute(event: Stripe.Event, dispute: Stripe.Dispute): Promise<ProviderEvent> {
    const session = await this.sessionOf(dispute.payment_intent);
    const type = disputeType(event, dispute);
    return session && type !== 'other'
      ? told(event, type, session.id, dispute.amount, dispute)
      : other(event, session?.id);
  }

  private async sessionOf(intent: string | { id: string } | null): Promise<Stripe.Checkout.Session | undefined> {
    if (intent === null) return undefined;
    const payment_intent = typeof intent === 'string' ? intent : intent.id;
    const { data } = await this.stripe.checkout.sessions.list({ payment_intent, limit: 1 });
    return data.find(({ metadata }) => metadata?.[PAYMENT_KEY] !== undefined);
  }
}

/** A refund that the bank must still be told details for is on its way, too. */
export function refundState({ status }: Stripe.Refund): 'PENDING' | 'SUCCEEDED' | 'FAILED' {
  if (status === 'succeeded') return 'SUCCEEDED';
  return status === 'failed' || status === 'canceled' ? 'FAILED' : 'PENDING';
}

function disputeType(event: Stripe.Event, { status }: Stripe.Dispute): ProviderEventType {
  if (event.type === 'charge.dispute.closed')
    return status === 'won' ? 'dispute-won' : status === 'lost' ? 'dispute-lost' : 'other';
  if (disputeState(status) !== 'OPEN') return 'other';
  const before = (event.data.previous_attributes as { status?: unknown } | undefined)?.status;
  return event.type === 'charge.dispute.created' || isInquiry(before) ? 'disputed' : 'other';
}

function ofSession(event: Stripe.Event, session: Stripe.Checkout.Session, type: ProviderEventType): ProviderEvent {
  if (session.metadata?.[PAYMENT_KEY] === undefined || type === 'other') return other(event, session.id);
  return told(event, type, session.id, session.amount_total ?? 0, { currency: session.currency ?? 'xxx' });
}

function told(
  { id }: Stripe.Event,
  type: ProviderEventType,
  sessionId: string,
  amount: number,
  { currency }: { currency: string },
): ProviderEvent {
  return { eventId: id, type, providerReference: sessionId, ...fromStripe(amount, currency) };
}

/** XXX: no currency (ISO 4217). */
function other(event: Stripe.Event, reference = (event.data.object as { id?: string }).id ?? event.id): ProviderEvent {
  return { eventId: event.id, type: 'other', providerReference: reference, amountMinor: 0, currency: 'XXX' };
}
