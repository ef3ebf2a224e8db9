import type Stripe from 'stripe';
import type { ProviderPayment } from '../payment-provider.js';
import { fromStripe } from './stripe-amounts.js';

/** Our key on what is ours; the account may also be used by others. */
export const PAYMENT_KEY = 'holdfast_payment';
export const REFUND_KEY = 'holdfast_refund';
/** On a refund: the session that was paid, so that its events need no question. */
export const SESSION_ID = 'holdfast_session';

/** How a session stands, with all that `standing` looks at. */
export const WITH_ITS_CHARGE = ['payment_intent.latest_charge'];

/**
 * How a session stands that was read `WITH_ITS_CHARGE`. Complete and not paid means on its way: a transfer or a
 * debit takes days, and cannot be stopped.
 */
export function standing(session: Stripe.Checkout.Session): ProviderPayment {
  const intent = typeof session.payment_intent === 'string' ? null : session.payment_intent;
  const isPaid = session.payment_status === 'paid';
  const received = intent?.amount_received ?? (isPaid ? (session.amount_total ?? 0) : 0);
  const { amountMinor, currency } = fromStripe(received, intent?.currency ?? session.currency ?? 'xxx');
  return { state: isPaid ? 'CAPTURED' : unpaid(session, intent), capturedMinor: amountMinor, currency };
}

/** Only then Stripe is asked for its disputes. */
export function isDisputed({ payment_intent: intent }: Stripe.Checkout.Session): boolean {
  const charge = intent === null || typeof intent === 'string' ? null : intent.latest_charge;
  return charge !== null && typeof charge !== 'string' && charge.disputed;
}

function unpaid({ status }: Stripe.Checkout.Session, intent: Stripe.PaymentIntent | null): ProviderPayment['state'] {
  if (status === 'expired' || intent?.status === 'canceled') return 'VOIDED';
  // With an open session the payer can take another card.
  if (status === 'complete' && intent?.status === 'requires_payment_method') return 'DECLINED';
  return 'OPEN';
}
