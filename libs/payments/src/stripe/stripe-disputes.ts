import type Stripe from 'stripe';
import type { ProviderDispute } from '../payment-provider.js';
import { fromStripe } from './stripe-amounts.js';

/** What a dispute's status means; nothing for an inquiry, which takes no money until it becomes a dispute. */
export function disputeState(status: string): ProviderDispute['state'] | undefined {
  if (isInquiry(status) || status === 'prevented') return undefined;
  return status === 'won' ? 'WON' : status === 'lost' ? 'LOST' : 'OPEN';
}

export function isInquiry(status: unknown): boolean {
  return typeof status === 'string' && status.startsWith('warning_');
}

/** Of several disputes about one payment the gravest, with what all like it have taken. */
export function gravestOf(disputes: Stripe.Dispute[]): ProviderDispute | undefined {
  for (const state of ['LOST', 'OPEN', 'WON'] as const) {
    const alike = disputes.filter(({ status }) => disputeState(status) === state);
    const amounts = alike.map(({ amount, currency }) => fromStripe(amount, currency).amountMinor);
    if (alike.length > 0) return { state, amountMinor: amounts.reduce((sum, amount) => sum + amount, 0) };
  }
  return undefined;
}
