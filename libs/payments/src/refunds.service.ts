import { Inject, Injectable } from '@nestjs/common';
import type { Logger as Pino } from 'pino';
import { Clock } from '#kernel';
import { Database, DomainEvents, LOG } from '#platform';
import { nextAskAboutRefund } from './asking-plan.js';
import { RefundBounced, RefundSettled } from './payment.events.js';
import { PaymentLocks } from './payment-locks.js';
import { PaymentProvider, type ProviderEvent, ProviderRefusal } from './payment-provider.js';
import { Payment, PaymentState } from './payment.entity.js';
import { REFUND_MOVES, Refund, RefundState } from './refund.entity.js';

/** Sends money back through the provider that took it, again and again until it is back. */
@Injectable()
export class RefundsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: DomainEvents,
    private readonly provider: PaymentProvider,
    private readonly locks: PaymentLocks,
    @Inject(LOG) private readonly log: Pino,
  ) {}

  /** The newest first. */
  async of(references: string[], paymentIds: string[]): Promise<Refund[]> {
    return await this.database.query<Refund>(
      `SELECT id, payment_id AS "paymentId", reason, amount_minor AS "amountMinor", currency, state, created_at AS "createdAt", settled_at AS "settledAt"
       FROM refunds WHERE reference = ANY($1::uuid[]) OR payment_id = ANY($2::uuid[]) AND reference IS NULL ORDER BY created_at DESC, id`,
      [references, paymentIds],
    );
  }

  /** Is everything back that was asked for under this key? */
  async isSettled(reasonKey: string): Promise<boolean> {
    const [open] = await this.database.query(
      `SELECT FROM refunds WHERE (reason_key = $1 OR reason_key LIKE $1 || '#%') AND state NOT IN ('SUCCEEDED', 'COVERED')`,
      [reasonKey],
    );
    return open === undefined;
  }

  /**
   * Sends a refund, or asks what became of it. Calls the provider: never inside a transaction. An attempt has one key,
   * so that sending it again does nothing.
   */
  async send(refundId: string): Promise<void> {
    const refund = await this.database.repository(Refund).findOneByOrFail({ id: refundId });
    if (refund.state === RefundState.SUCCEEDED || refund.state === RefundState.COVERED) return;
    const payment = await this.database.repository(Payment).findOneByOrFail({ id: refund.paymentId });
    // Whose it is, the bank decides; then it is looked at again.
    if (payment.state === PaymentState.DISPUTED) return;
    if (refund.state === RefundState.FAILED) await this.again(refund);
    const { state: before } = refund;
    try {
      const key = keyOf(refund);
      const sent =
        before === RefundState.SENT
          ? await this.provider.findRefund({ key, providerReference: refund.providerReference! })
          : await this.provider.refund({
              key,
              providerReference: payment.providerReference!,
              amountMinor: refund.amountMinor,
            });
      const state = sent.state === 'PENDING' ? RefundState.SENT : RefundState[sent.state];
      await this.settle(refund, state, sent.providerReference);
    } catch (error) {
      if (!(error instanceof ProviderRefusal)) throw error;
      // What had gone back before the bank took the rest, the provider knows; of what the bank has taken it pays nothing.
      if (payment.state === PaymentState.CHARGED_BACK && before !== RefundState.SENT)
        return await this.settle(refund, RefundState.COVERED, null);
      this.log.error({ err: error, refundId }, 'the provider refuses a refund; it is asked again later');
      await this.settle(refund, RefundState.FAILED, null);
    }
  }

  /** Asks whether a refund that has arrived has stayed there. Calls the provider: never inside a transaction. */
  async askAgain(refundId: string): Promise<void> {
    const refund = await this.database.repository(Refund).findOneByOrFail({ id: refundId });
    const { providerReference, settledAt } = refund;
    if (refund.state !== RefundState.SUCCEEDED || providerReference === null) return;
    const asked = async (): Promise<void> => {
      const now = this.clock.now();
      await this.database.query(
        `UPDATE refunds SET asked_at = $2, next_ask_at = $3 WHERE id = $1 AND state = 'SUCCEEDED'`,
        [refundId, now, nextAskAboutRefund(settledAt!, now)],
      );
    };
    try {
      const { state } = await this.provider.findRefund({ key: keyOf(refund), providerReference });
      if (state === 'FAILED') await this.settle(refund, RefundState.FAILED, null);
      else await asked();
    } catch (error) {
      if (error instanceof ProviderRefusal) await asked();
      throw error;
    }
  }

  /** What a webhook says of a refund, by our key or the provider's id. Runs in the open transaction. */
  async learn(
    paymentId: string,
    { key, providerReference }: NonNullable<ProviderEvent['refund']>,
    state: 'SUCCEEDED' | 'FAILED',
  ): Promise<void> {
    const [id, attempt] = key?.split(':') ?? [];
    const refunds = await this.database
      .repository(Refund)
      .find({ where: { paymentId }, lock: { mode: 'for_no_key_update' } });
    const refund = refunds.find((one) => one.id === id || one.providerReference === providerReference);
    // One that was made elsewhere, or an attempt that has been given up.
    if (!refund || (attempt !== undefined && Number(attempt) !== refund.attempts)) return;
    await this.move(refund, RefundState[state], providerReference);
  }

  private async settle(refund: Refund, to: RefundState, providerReference: string | null): Promise<void> {
    await this.database.transaction(async () => {
      await this.locks.lock([refund.paymentId]);
      await this.move(refund, to, providerReference);
    });
  }

  /** In the open transaction, with the payment locked. */
  private async move(refund: Refund, to: RefundState, providerReference: string | null): Promise<void> {
    const from = Object.values(RefundState).filter((state) => REFUND_MOVES[state].includes(to));
    const now = this.clock.now();
    const [moved] = await this.database.query<{ was: RefundState }>(
      `UPDATE refunds r SET state = $2, provider_reference = coalesce($3, r.provider_reference), asked_at = $4, settled_at = $5,
           next_ask_at = $8
         FROM (SELECT id, state AS was FROM refunds WHERE id = $1 FOR UPDATE) old
         WHERE r.id = old.id AND old.was = ANY($6::text[]) AND r.attempts = $7 RETURNING was`,
      [
        refund.id,
        to,
        providerReference,
        now,
        to === RefundState.SENT ? null : now,
        from,
        refund.attempts,
        to === RefundState.SUCCEEDED ? nextAskAboutRefund(now, now) : null,
      ],
    );
    // Told late or again: it does not put off what is due.
    if (!moved) return;
    if (to === RefundState.SUCCEEDED || to === RefundState.COVERED)
      await this.events.publish(new RefundSettled(refund.id, refund.reasonKey, refund.amountMinor, refund.currency));
    else if (moved.was === RefundState.SUCCEEDED)
      await this.events.publish(new RefundBounced(refund.id, refund.amountMinor, refund.currency));
  }

  private async again(refund: Refund): Promise<void> {
    const [next] = await this.database.query<{ attempts: number }>(
      `UPDATE refunds SET state = 'REQUESTED', attempts = attempts + 1, provider_reference = NULL
       WHERE id = $1 AND state = 'FAILED' AND attempts = $2 RETURNING attempts`,
      [refund.id, refund.attempts],
    );
    if (next) Object.assign(refund, { state: RefundState.REQUESTED, attempts: next.attempts, providerReference: null });
  }
}

/** Each attempt has its own at the provider. */
const keyOf = ({ id, attempts }: Refund): string => `${id}:${attempts}`;
