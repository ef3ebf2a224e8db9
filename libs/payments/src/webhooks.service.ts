import { Injectable } from '@nestjs/common';
import { Batcher, Clock, newId } from '#kernel';
import { Database, busy, correlation } from '#platform';
import type { ProviderEvent } from './payment-provider.js';
import { Payment } from './payment.entity.js';
import { type Capture, ProviderNews } from './provider-news.js';
import { RefundsService } from './refunds.service.js';

interface Told {
  provider: string;
  event: ProviderEvent;
  /** Of the request. */
  id: string;
}

/** An event of which nothing was known, and its payment. */
interface News {
  event: ProviderEvent;
  payment: Payment;
}

type Answer = { isKnown: boolean } | { error: unknown };

const MOST_IN_A_BATCH = 128;
const MOST_WAITING = 2_000;

/**
 * Applies what providers report: every event once, in any order, its row and its effect in one transaction. Events that
 * come at the same time share it: those who pay for the same trip wait for one lock and one commit, not for each other.
 */
@Injectable()
export class WebhooksService {
  private readonly batches: Batcher<Told, Answer>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly news: ProviderNews,
    private readonly refunds: RefundsService,
  ) {
    this.batches = new Batcher((told) => this.answer(told), {
      most: MOST_IN_A_BATCH,
      lanes: 1,
      mostWaiting: MOST_WAITING,
      key: ({ event }) => event.providerReference,
      overflow: () => busy(),
    });
  }

  /** @returns false when the payment is unknown: the provider shall try again @throws BUSY: it shall, too */
  async apply(provider: string, event: ProviderEvent): Promise<boolean> {
    const answer = await this.batches.submit({ provider, event, id: correlation.id() ?? newId() });
    if ('error' in answer) throw answer.error;
    return answer.isKnown;
  }

  /** What fails together is tried one by one: no event keeps another from being taken. */
  private async answer(told: Told[]): Promise<Answer[]> {
    if (told.length === 1) return [await this.answerOne(told[0]!)];
    try {
      // The events of several requests: none of their ids tells whose this is.
      const known = await correlation.run(newId(), () => this.applyAll(told));
      return known.map((isKnown) => ({ isKnown }));
    } catch {
      const answers: Answer[] = [];
      for (const one of told) answers.push(await this.answerOne(one));
      return answers;
    }
  }

  private async answerOne(told: Told): Promise<Answer> {
    try {
      const [isKnown] = await correlation.run(told.id, () => this.applyAll([told]));
      return { isKnown: isKnown! };
    } catch (error) {
      return { error };
    }
  }

  private async applyAll(told: Told[]): Promise<boolean[]> {
    return await this.database.transactionByKey(async () => {
      const payments = await this.lock(told);
      const news = await this.keep(told, payments);
      await this.take(news);
      // The account may be used by others; of what means nothing to us there is nothing to try again.
      return told.map(({ provider, event }) => payments.has(nameOf(provider, event)) || event.type === 'other');
    });
  }

  /** From the oldest on, as everybody who locks several. */
  private async lock(told: Told[]): Promise<Map<string, Payment>> {
    const payments = await this.database
      .repository(Payment)
      .createQueryBuilder('payment')
      .where('payment.provider = ANY(:providers) AND payment.providerReference = ANY(:references)', {
        providers: told.map(({ provider }) => provider),
        references: told.map(({ event }) => event.providerReference),
      })
      .orderBy('payment.id')
      .setLock('pessimistic_write')
      .getMany();
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

  /** Money that came in is counted at once; of what else is told of a payment each is taken after the other. */
  private async take(news: News[]): Promise<void> {
    const captures: Capture[] = [];
    const others: News[] = [];
    for (const one of news) {
      const { event, payment } = one;
      const isOnly = news.filter((other) => other.payment === payment).length === 1;
      if (event.type === 'captured' && isOnly)
        captures.push({ payment, totalMinor: event.amountMinor, currency: event.currency });
      else others.push(one);
    }
    await this.news.captured(captures);
    for (const { payment } of captures) await this.news.followDispute(payment);
    for (const one of others) {
      await this.takeOne(one);
      await this.news.followDispute(one.payment);
    }
  }

  private async takeOne({ event, payment }: News): Promise<void> {
    switch (event.type) {
      case 'captured':
        return await this.news.captured([{ payment, totalMinor: event.amountMinor, currency: event.currency }]);
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
      case 'other':
    }
  }
}

const nameOf = (provider: string, { providerReference }: ProviderEvent): string => `${provider} ${providerReference}`;
