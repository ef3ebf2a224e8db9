import { Inject, Injectable } from '@nestjs/common';
import type { Logger as Pino } from 'pino';
import { Clock } from '#kernel';
import { Database, LOG } from '#platform';
import { nextTry } from './asking-plan.js';
import { PaymentsService } from './payments.service.js';
import { Payment } from './payment.entity.js';
import { RefundsService } from './refunds.service.js';

/** Webhooks come within seconds; of what has stayed open for longer the provider is asked, then again and again. */
const ASK_AFTER_MINUTES = 3;
/** A refund that failed is tried again the day after; the bank will not have changed its mind sooner. */
const RETRY_FAILED_HOURS = 20;
const BATCH = 100;

/**
 * Asks the provider about payments and refunds that have stayed open, and ever more seldom about those that have come to
 * an end (`asking-plan.ts`): a webhook that was lost changes nothing but the time. What is not wanted any more, because
 * its order has ended, is voided instead.
 */
@Injectable()
export class ReconciliationService {
  /** Whether the money is still waited for; told by the library above, which knows what a reference is. */
  isWanted: (references: string[]) => Promise<Set<string>> = async (references) =>
    await Promise.resolve(new Set(references));

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly payments: PaymentsService,
    private readonly refunds: RefundsService,
    @Inject(LOG) private readonly log: Pino,
  ) {}

  /** @returns how many were asked about */
  async run(): Promise<number> {
    const payments = [...(await this.claimPayments()), ...(await this.claimEndedPayments())];
    const [refunds, arrived] = [await this.claimRefunds(), await this.claimArrivedRefunds()];
    const wanted = await this.isWanted(payments.map(({ reference }) => reference));
    for (const payment of payments)
      await this.attempt({ paymentId: payment.id }, () => this.payments.ask(payment, wanted.has(payment.reference)));
    for (const { id } of refunds) await this.attempt({ refundId: id }, () => this.refunds.send(id));
    for (const { id } of arrived) await this.attempt({ refundId: id }, () => this.refunds.askAgain(id));
    return payments.length + refunds.length + arrived.length;
  }

  /** One that fails does not keep the others from being asked about. */
  private async attempt(what: object, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log.warn({ ...what, err: error }, 'the payment provider does not answer; it is asked again');
    }
  }

  /** Claimed by the time at which they are asked about: two processes share the work. */
  private async claimPayments(): Promise<Payment[]> {
    const now = this.clock.now();
    const claimed = await this.database.query<{ id: string }>(
      `UPDATE payments SET asked_at = $1 WHERE id = ANY(ARRAY(
         SELECT id FROM payments WHERE state = 'PENDING' AND coalesce(asked_at, created_at) < $2
         ORDER BY coalesce(asked_at, created_at) LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)) RETURNING id`,
      [now, minutesBefore(now, ASK_AFTER_MINUTES)],
    );
    return await this.read(claimed);
  }

  /** Not PENDING, and still more may become of them. */
  private async claimEndedPayments(): Promise<Payment[]> {
    return await this.read(await this.claimDue('payments'));
  }

  private async claimArrivedRefunds(): Promise<{ id: string }[]> {
    return inOrder(await this.claimDue('refunds'));
  }

  private async claimDue(table: 'payments' | 'refunds'): Promise<{ id: string }[]> {
    const now = this.clock.now();
    return await this.database.query<{ id: string }>(
      `UPDATE ${table} SET next_ask_at = $2 WHERE id = ANY(ARRAY(
         SELECT id FROM ${table} WHERE next_ask_at <= $1 ORDER BY next_ask_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)) RETURNING id`,
      [now, nextTry(now)],
    );
  }

  private async read(claimed: { id: string }[]): Promise<Payment[]> {
    return await this.database
      .repository(Payment)
      .createQueryBuilder('payment')
      .whereInIds(claimed.map(({ id }) => id))
      .orderBy('payment.id')
      .getMany();
  }

  private async claimRefunds(): Promise<{ id: string }[]> {
    const now = this.clock.now();
    const claimed = await this.database.query<{ id: string }>(
      `UPDATE refunds SET asked_at = $1 WHERE id = ANY(ARRAY(
         SELECT id FROM refunds WHERE state IN ('REQUESTED', 'SENT', 'FAILED')
           AND coalesce(asked_at, created_at) < CASE state WHEN 'FAILED' THEN $3::timestamptz ELSE $2::timestamptz END
         ORDER BY coalesce(asked_at, created_at) LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)) RETURNING id`,
      [now, minutesBefore(now, ASK_AFTER_MINUTES), minutesBefore(now, RETRY_FAILED_HOURS * 60)],
    );
    return inOrder(claimed);
  }
}

/** The oldest first; an UPDATE gives them in any order. */
function inOrder(claimed: { id: string }[]): { id: string }[] {
  return claimed.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function minutesBefore(now: Date, minutes: number): Date {
  return new Date(now.getTime() - minutes * 60_000);
}
