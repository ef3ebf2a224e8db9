import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database, DomainEvents } from '#platform';
import { nextAskAbout } from './asking-plan.js';
import { PaymentCaptured, PaymentChargedBack, PaymentDisputed } from './payment.events.js';
import { PAYMENT_MOVES, Payment, PaymentState } from './payment.entity.js';
import type { ProviderDispute } from './payment-provider.js';

/** The later one is the graver one. */
const DISPUTES: readonly (ProviderDispute['state'] | null)[] = [null, 'OPEN', 'WON', 'LOST'];
const MOVES: Readonly<Record<ProviderDispute['state'], PaymentState>> = {
  OPEN: PaymentState.DISPUTED,
  WON: PaymentState.CAPTURED,
  LOST: PaymentState.CHARGED_BACK,
};

/** What has come in of a payment so far. */
export interface Capture {
  payment: Payment;
  totalMinor: number;
  currency: string;
}

/**
 * What becomes known of a payment, by a webhook or because the provider was asked: the same thing twice, late or in
 * another order changes nothing. Runs in the open transaction, with the payment's row locked, and keeps `payment` as it is.
 */
@Injectable()
export class ProviderNews {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: DomainEvents,
  ) {}

  /** Of several payments, each of them once. */
  async captured(captures: Capture[]): Promise<void> {
    const more = captures.filter(({ payment, totalMinor }) => totalMinor > payment.capturedMinor);
    if (more.length === 0) return;
    const now = this.clock.now();
    const events = more.map(
      ({ payment, totalMinor, currency }) =>
        new PaymentCaptured(payment.id, payment.reference, totalMinor - payment.capturedMinor, currency),
    );
    for (const capture of more) {
      const { payment, totalMinor } = capture;
      const known = {
        state: afterCapture(payment),
        capturedMinor: totalMinor,
        capturedCurrency: sameCurrency(capture),
        settledAt: now,
      };
      Object.assign(payment, known, { nextAskAt: nextAskAbout({ ...payment, ...known }, now) });
    }
    await this.database.query(
      `UPDATE payments p SET state = c.state, captured_minor = c.captured, captured_currency = c.currency, settled_at = $6, next_ask_at = c.ask
       FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::text[], $5::timestamptz[]) AS c (id, state, captured, currency, ask) WHERE p.id = c.id`,
      [
        more.map(({ payment }) => payment.id),
        more.map(({ payment }) => payment.state),
        more.map(({ payment }) => payment.capturedMinor),
        more.map(({ payment }) => payment.capturedCurrency),
        more.map(({ payment }) => payment.nextAskAt),
        now,
      ],
    );
    await this.events.publishAll(events);
  }

  async declined(payment: Payment): Promise<void> {
    await this.end(payment, PaymentState.DECLINED);
  }

  async voided(payment: Payment): Promise<void> {
    await this.end(payment, PaymentState.VOIDED);
  }

  /** Of a dispute the gravest that was ever told counts, whatever came first. */
  async disputed(payment: Payment, { state, amountMinor }: ProviderDispute): Promise<void> {
    if (DISPUTES.indexOf(state) < DISPUTES.indexOf(payment.dispute)) return;
    const lostMinor = state === 'LOST' ? amountMinor : 0;
    const more = lostMinor - payment.lostMinor;
    if (payment.dispute === state && more === 0) return;
    await this.change(payment, { dispute: state, lostMinor });
    if (payment.state === PaymentState.CHARGED_BACK) await this.lost(payment, more);
  }

  /** Brings the payment to where its dispute is: that may have been told of before the money was. */
  async followDispute(payment: Payment): Promise<void> {
    if (payment.dispute === null || payment.capturedMinor === 0) return;
    const to = MOVES[payment.dispute];
    if (!PAYMENT_MOVES[payment.state].includes(to)) return;
    await this.change(payment, { state: to });
    if (to === PaymentState.DISPUTED) await this.events.publish(new PaymentDisputed(payment.id, payment.reference));
    else if (to === PaymentState.CHARGED_BACK) await this.lost(payment, payment.lostMinor);
    // What was open of it can be decided about again.
    else await this.events.publish(new PaymentCaptured(payment.id, payment.reference, 0, payment.capturedCurrency!));
  }

  private async lost({ id, reference, capturedCurrency }: Payment, moreMinor: number): Promise<void> {
    await this.events.publish(new PaymentChargedBack(id, reference, moreMinor, capturedCurrency!));
  }

  private async end(payment: Payment, state: PaymentState.DECLINED | PaymentState.VOIDED): Promise<void> {
    if (!PAYMENT_MOVES[payment.state].includes(state)) return;
    await this.change(payment, { state, settledAt: this.clock.now() });
  }

  private async change(payment: Payment, change: Partial<Payment>): Promise<void> {
    const nextAskAt = nextAskAbout({ ...payment, ...change }, this.clock.now());
    await this.database.repository(Payment).update({ id: payment.id }, { ...change, nextAskAt });
    Object.assign(payment, change, { nextAskAt });
  }
}

function afterCapture({ state }: Payment): PaymentState {
  // Disputed or charged back already: the state says more than this news.
  const says = state === PaymentState.DISPUTED || !PAYMENT_MOVES[state].includes(PaymentState.CAPTURED);
  return says ? state : PaymentState.CAPTURED;
}

/** @throws Error: what comes in of one payment is of one currency */
function sameCurrency({ payment: { id, capturedCurrency }, currency }: Capture): string {
  if (capturedCurrency !== null && capturedCurrency !== currency)
    throw new Error(`payment ${id} came in in ${capturedCurrency}, and now in ${currency}`);
  return currency;
}
