import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Database, DomainEvents } from '#platform';
import { RefundRequested, RefundSettled } from './payment.events.js';
import { PaymentProvider } from './payment-provider.js';
import { Payment } from './payment.entity.js';
import { Refund } from './refund.entity.js';

/** Money back through the provider that took it. */
@Injectable()
export class RefundsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: DomainEvents,
    private readonly provider: PaymentProvider,
  ) {}

  /**
   * Asks for money back, in the open transaction; a job sends it. The same `reasonKey` asks once.
   * Nothing happens when nothing was captured for the reference, or the amount is 0.
   * @throws Error when more was asked for than is left of any payment
   */
  async request(reference: string, amountMinor: number, reasonKey: string): Promise<void> {
    if (amountMinor === 0) return;
    const payments = await this.database.query<{ id: string; left: string }>(
      `SELECT p.id, p.captured_minor - coalesce((SELECT sum(amount_minor) FROM refunds WHERE payment_id = p.id AND reason_key <> $2), 0) AS left
       FROM payments p WHERE p.reference = $1 AND p.state = 'CAPTURED' ORDER BY p.created_at`,
      [reference, reasonKey],
    );
    if (payments.length === 0) return;
    const payment = payments.find(({ left }) => Number(left) >= amountMinor);
    if (!payment) throw new Error(`no payment for ${reference} has ${amountMinor} left to pay back`);
    await this.requestOf(payment.id, amountMinor, reasonKey);
  }

  /** The same for one payment. Never more goes back than came in: the payment row is locked while it is counted. */
  async requestOf(paymentId: string, amountMinor: number, reasonKey: string): Promise<void> {
    const [refund] = await this.database.query<{ id: string }>(
      `WITH payment AS (SELECT id, captured_minor FROM payments WHERE id = $2 FOR UPDATE)
       INSERT INTO refunds (id, payment_id, reason_key, amount_minor, state, created_at)
       SELECT $1, id, $3, $4, 'REQUESTED', $5 FROM payment
       ON CONFLICT (reason_key) DO NOTHING RETURNING id`,
      [newId(), paymentId, reasonKey, amountMinor, this.clock.now()],
    );
    if (!refund) return;
    const [sums] = await this.database.query<{ captured: number; refunded: string }>(
      `SELECT p.captured_minor AS captured, (SELECT sum(amount_minor) FROM refunds WHERE payment_id = p.id) AS refunded FROM payments p WHERE p.id = $1`,
      [paymentId],
    );
    if (Number(sums!.refunded) > sums!.captured)
      throw new Error(`refunds of payment ${paymentId} would exceed what was captured`);
    await this.events.publish(new RefundRequested(refund.id));
  }

  /** Sends a requested refund. Calls the provider, with the refund's id as its key: sending again does nothing. */
  async send(refundId: string): Promise<void> {
    const refund = await this.database.repository(Refund).findOneByOrFail({ id: refundId });
    if (refund.state === 'SUCCEEDED') return;
    const payment = await this.database.repository(Payment).findOneByOrFail({ id: refund.paymentId });
    const { providerReference } = await this.provider.refund({
      key: refund.id,
      providerReference: payment.providerReference!,
      amountMinor: refund.amountMinor,
    });
    await this.database.transaction(async () => {
      const [settled] = await this.database.query<{ id: string }>(
        `UPDATE refunds SET state = 'SUCCEEDED', provider_reference = $2, settled_at = $3 WHERE id = $1 AND state = 'REQUESTED' RETURNING id`,
        [refundId, providerReference, this.clock.now()],
      );
      if (settled)
        await this.events.publish(new RefundSettled(refundId, refund.reasonKey, refund.amountMinor, payment.currency));
    });
  }
}
