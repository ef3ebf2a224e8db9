import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database, Gathering } from '#platform';
import type { ProviderEvent } from './payment-provider.js';
import type { Payment } from './payment.entity.js';
import { PaymentLocks } from './payment-locks.js';
import { type Capture, ProviderNews } from './provider-news.js';
import { RefundsService } from './refunds.service.js';

interface Told {
  provider: string;
  event: ProviderEvent;
}

/** An event of which nothing was known, and its payment. */
interface News {
  event: ProviderEvent;
  payment: Payment;
}

/**
 * Applies what providers report: every event once, in any order, its row and its effect in one transaction. Events that
 * come at the same time share it: those who pay for the same trip wait for one lock and one commit, not for each other.
 */
@Injectable()
export class WebhooksService {
  private readonly gathering: Gathering<Told, boolean>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly locks: PaymentLocks,
    private readonly news: ProviderNews,
    private readonly refunds: RefundsService,
  ) {
    this.gathering = new Gathering(
      (told) => this.applyAll(told),
      ({ event }) => event.providerReference,
      ({ event }) => event.type.startsWith('dispute'),
    );
  }

  /** @returns false when the payment is unknown: the provider shall try again @throws BUSY: it shall, too */
  async apply(provider: string, event: ProviderEvent): Promise<boolean> {
    return await this.gathering.submit({ provider, event });
  }

  private async applyAll(told: Told[]): Promise<boolean[]> {
    return await this.database.transactionByKey(async () => {
      const payments = await this.lock(told);
      mustBeAlone(told, payments);
      const news = await this.keep(told, payments);
      await this.take(news);
      // The account may be used by others; of what means nothing to us there is nothing to try again.
      return told.map(({ provider, event }) => payments.has(nameOf(provider, event)) || event.type === 'other');
    });
  }

  /** By the names that the providers have for them. */
  private async lock(told: Told[]): Promise<Map<string, Payment>> {
    const known = await this.database.query<{ id: string }>(
      `SELECT id FROM payments WHERE provider = ANY($1::text[]) AND provider_reference = ANY($2::text[])`,
      [told.map(({ provider }) => provider), told.map(({ event }) => event.providerReference)],
    );
    const payments = await this.locks.lock(known.map(({ id }) => id));
    return new Map(payments.map((payment) => [`${payment.provider} ${payment.providerReference}`, payment]));
  }

  /** @returns those that were not known yet */
  private async keep(told: Told[], payments: Map<string, Payment>): Promise<News[]> {
    const news = new Map<string, News>();
    const rows = told.flatMap(({ provider, event }) => {
      const payment = payments.get(nameOf(provider, event));
      const key = `${provider} ${event.eventId}`;
      if (!payment || news.has(key)) return [];
      news.set(key, { event, payment });
      return [{ provider, event, paymentId: payment.id }];
    });
    const kept = await this.database.query<{ key: string }>(
      `INSERT INTO payment_webhooks (provider, event_id, payment_id, type, payload, received_at)
       SELECT provider, event_id, payment_id, type, payload, $6
       FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::jsonb[]) AS told (provider, event_id, payment_id, type, payload)
       ON CONFLICT (provider, event_id) DO NOTHING RETURNING provider || ' ' || event_id AS key`,
      [
        rows.map(({ provider }) => provider),
        rows.map(({ event }) => event.eventId),
        rows.map(({ paymentId }) => paymentId),
        rows.map(({ event }) => event.type),
        rows.map(({ event }) => JSON.stringify(event)),
        this.clock.now(),
      ],
    );
    const isNew = new Set(kept.map(({ key }) => key));
    return [...news].flatMap(([key, one]) => (isNew.has(key) ? [one] : []));
  }

  /** Of different payments. Money that came in is counted at once. */
  private async take(news: News[]): Promise<void> {
    const captures = news.flatMap(({ event, payment }): Capture[] =>
      event.type === 'captured' ? [{ payment, totalMinor: event.amountMinor, currency: event.currency }] : [],
    );
    await this.news.captured(captures);
    for (const one of news) {
      await this.takeOne(one);
      await this.news.followDispute(one.payment);
    }
  }

  private async takeOne({ event, payment }: News): Promise<void> {
    switch (event.type) {
      case 'declined':
        return await this.news.declined(payment);
      case 'voided':
        return await this.news.voided(payment);
      case 'refund-succeeded':
      case 'refund-failed':
        if (event.refund)
          await this.refunds.learn(
            payment.id,
            event.refund,
            event.type === 'refund-succeeded' ? 'SUCCEEDED' : 'FAILED',
          );
        return;
      case 'disputed':
        return await this.news.disputed(payment, { state: 'OPEN', amountMinor: event.amountMinor });
      case 'dispute-won':
        return await this.news.disputed(payment, { state: 'WON', amountMinor: event.amountMinor });
      case 'dispute-lost':
        return await this.news.disputed(payment, { state: 'LOST', amountMinor: event.amountMinor });
      case 'captured':
      case 'other':
    }
  }
}

/**
 * What a bank takes back may be of other trips than the money that comes in with it, and those are locked once.
 * @throws Error, so that each is tried by itself
 */
function mustBeAlone(told: Told[], payments: Map<string, Payment>): void {
  if (told.length > 1 && [...payments.values()].some(({ dispute }) => dispute !== null))
    throw new Error('one of these payments is disputed');
}

const nameOf = (provider: string, { providerReference }: ProviderEvent): string => `${provider} ${providerReference}`;
