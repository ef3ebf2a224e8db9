import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database, DomainEvents } from '#platform';
import { PaymentCaptured, PaymentChargedBack, PaymentDisputed } from './payment.events.js';
import { PAYMENT_MOVES, Payment, PaymentState } from './payment.entity.js';

/** What has come in of a payment so far. */
export interface Capture {
  payment: Payment;
  totalMinor: number;
  currency: string;
}

/**
 * What becomes known of a payment, by a webhook or because the provider was asked: the same thing twice, late or in
 * another order changes nothing. Runs in the open transaction, with the payment's row locked.
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
    await this.database.query(
      `UPDATE payments p SET state = c.state, captured_minor = c.captured, captured_currency = c.currency, settled_at = $5
       FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::text[]) AS c (id, state, captured, currency) WHERE p.id = c.id`,
      [
        more.map(({ payment }) => payment.id),
        more.map(({ payment }) => afterCapture(payment)),
        more.map(({ totalMinor }) => totalMinor),
        more.map(sameCurrency),
        this.clock.now(),
      ],
    );
    await this.events.publishAll(
      more.map(
        ({ payment, totalMinor, currency }) =>
          new PaymentCaptured(payment.id, payment.reference, totalMinor - payment.capturedMinor, currency),
      ),
    );
  }

  async declined(payment: Payment): Promise<void> {
    await this.end(payment, PaymentState.DECLINED);
  }

  async voided(payment: Payment): Promise<void> {
    await this.end(payment, PaymentState.VOIDED);
  }

  /** Of a dispute all that was ever told counts, whatever came first: it may have been told before the money was. */
  async lookAtDisputes(paymentIds: string[]): Promise<void> {
    const told = await this.database.query<{ id: string; types: string[] }>(
      `SELECT payment_id AS id, array_agg(DISTINCT type) AS types FROM payment_webhooks
       WHERE payment_id = ANY($1::uuid[]) AND type LIKE 'dispute%' GROUP BY 1 ORDER BY 1`,
      [paymentIds],
    );
    for (const { id, types } of told) {
      const payment = await this.database.repository(Payment).findOneByOrFail({ id });
      await this.disputed(payment, { won: types.includes('dispute-won'), lost: types.includes('dispute-lost') });
    }
  }

  private async disputed(payment: Payment, known: { won: boolean; lost: boolean }): Promise<void> {
    const to = known.lost ? PaymentState.CHARGED_BACK : known.won ? PaymentState.CAPTURED : PaymentState.DISPUTED;
    if (!PAYMENT_MOVES[payment.state].includes(to)) return;
    await this.database.repository(Payment).update({ id: payment.id }, { state: to });
    if (to === PaymentState.DISPUTED) {
      await this.events.publish(new PaymentDisputed(payment.id, payment.reference));
    } else if (to === PaymentState.CHARGED_BACK) {
      const lostMinor = payment.capturedMinor - (await this.paidBack(payment));
      await this.events.publish(
        new PaymentChargedBack(payment.id, payment.reference, lostMinor, payment.capturedCurrency!),
      );
    } else {
      // What was open of it can be decided about again.
      await this.events.publish(new PaymentCaptured(payment.id, payment.reference, 0, payment.capturedCurrency!));
    }
  }

  /** What has gone back or is on its way. */
  private async paidBack({ id }: Payment): Promise<number> {
    const [refunds] = await this.database.query<{ sum: string }>(
      `SELECT coalesce(sum(amount_minor), 0) AS sum FROM refunds WHERE payment_id = $1 AND state IN ('SUCCEEDED', 'SENT')`,
      [id],
    );
    return Number(refunds!.sum);
  }

  private async end(payment: Payment, state: PaymentState.DECLINED | PaymentState.VOIDED): Promise<void> {
    if (!PAYMENT_MOVES[payment.state].includes(state)) return;
    await this.database.repository(Payment).update({ id: payment.id }, { state, settledAt: this.clock.now() });
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
