import { type Payment, PaymentState } from './payment.entity.js';
import type { ProviderPayment } from './payment-provider.js';

const HOUR_MS = 3_600_000;
const HOUR = 1 / 24;

/** Days after which the provider is asked again about a payment that is not PENDING, counted from its last news. */
const NEVER_OPENED = [HOUR];
const UNPAID = [HOUR, 1, 2, 3, 4, 5, 6, 7, 14, 30];
/** A dispute may begin for some 120 days; only of these payments there are many. */
const PAID = [1, 7, 30, 60, 90, 120];
const PAID_IN_PART = [HOUR, 1, 2, 3, 4, 5, 6, 7, 14, 30, 60, 90, 120];
/** Banks send back what they cannot book, within days. */
const PAID_BACK = [1, 7, 30];

type Asked = Pick<Payment, 'state' | 'amountMinor' | 'capturedMinor' | 'providerReference' | 'settledAt'>;

/**
 * When the provider is asked the next time about a payment, in case that the webhook about it is lost; null: never
 * again. PENDING ones are asked about all the time.
 * @param answer what it has just answered, if it was asked; a refusal would be the same in an hour
 */
export function nextAskAbout(payment: Asked, now: Date, answer?: ProviderPayment['state'] | 'REFUSED'): Date | null {
  const after = (days: number[]): Date | null => planned(payment.settledAt ?? now, days, now);
  switch (payment.state) {
    case PaymentState.PENDING:
      return null;
    case PaymentState.DECLINED:
    case PaymentState.VOIDED:
      if (payment.providerReference === null) return after(NEVER_OPENED);
      return answer === 'VOIDED' ? null : after(UNPAID);
    case PaymentState.CAPTURED:
      return after(payment.capturedMinor < payment.amountMinor ? PAID_IN_PART : PAID);
    case PaymentState.DISPUTED:
      return planned(now, [1], now);
    case PaymentState.CHARGED_BACK:
      // Once: what had come in before may not have been told yet.
      return answer === undefined ? planned(now, [HOUR], now) : null;
  }
}

/** The same of a refund that has arrived. */
export function nextAskAboutRefund(settledAt: Date, now: Date): Date | null {
  return planned(settledAt, PAID_BACK, now);
}

/** After no answer. */
export function nextTry(now: Date): Date {
  return new Date(now.getTime() + HOUR_MS);
}

function planned(from: Date, days: number[], now: Date): Date | null {
  const at = days.map((day) => from.getTime() + Math.round(day * 24 * HOUR_MS)).find((time) => time > now.getTime());
  return at === undefined ? null : new Date(at);
}
