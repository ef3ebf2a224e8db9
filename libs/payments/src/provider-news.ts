import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database, DomainEvents } from '#platform';
import { PaymentCaptured, PaymentChargedBack, PaymentDisputed } from './payment.events.js';
import { PAYMENT_MOVES, Payment, PaymentState } from './payment.entity.js';

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

  /** @param totalMinor everything that has come in so far */
  async captured(payment: Payment, totalMinor: number, currency: string): Promise<void> {
    const more = totalMinor - payment.capturedMinor;
    if (more <= 0) return;
    if (payment.capturedCurrency !== null && payment.capturedCurrency !== currency)
      throw new Error(`payment ${payment.id} came in in ${payment.capturedCurrency}, and now in ${currency}`);
    const state = PAYMENT_MOVES[payment.state].includes(PaymentState.CAPTURED) ? PaymentState.CAPTURED : payment.state;
    await this.database.repository(Payment).update(
      { id: payment.id },
      {
        // Disputed or charged back already: the state says more than this news.
        state: payment.state === PaymentState.DISPUTED ? payment.state : state,
        capturedMinor: totalMinor,
        capturedCurrency: currency,
        settledAt: this.clock.now(),
      },
    );
    await this.events.publish(new PaymentCaptured(payment.id, payment.reference, more, currency));
  }

  async declined(payment: Payment): Promise<void> {
    await this.end(payment, PaymentState.DECLINED);
  }

  async voided(payment: Payment): Promise<void> {
    await this.end(payment, PaymentState.VOIDED);
  }

  /** Of a dispute all that was ever told counts, whatever came first: it may have been told before the money was. */
  async lookAtDisputes(paymentId: string): Promise<void> {
    const told = await this.database.query<{ type: string }>(
      `SELECT DISTINCT type FROM payment_webhooks WHERE payment_id = $1 AND type LIKE 'dispute%'`,
      [paymentId],
    );
    if (told.length === 0) return;
    const payment = await this.database.repository(Payment).findOneByOrFail({ id: paymentId });
    const types = new Set(told.map(({ type }) => type));
    await this.disputed(payment, { won: types.has('dispute-won'), lost: types.has('dispute-lost') });
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
