import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database } from '#platform';
import type { ProviderEvent } from './payment-provider.js';
import { Payment } from './payment.entity.js';
import { ProviderNews } from './provider-news.js';
import { RefundsService } from './refunds.service.js';

/** Applies what providers report: every event once, in any order, its row and its effect in one transaction. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly news: ProviderNews,
    private readonly refunds: RefundsService,
  ) {}

  /** @returns false when the payment is unknown: the provider shall try again */
  async apply(provider: string, event: ProviderEvent): Promise<boolean> {
    return await this.database.transaction(async () => {
      const payment = await this.locked(provider, event.providerReference);
      // The account may be used by others; of what means nothing to us there is nothing to try again.
      if (!payment) return event.type === 'other';
      const [first] = await this.database.query<{ event_id: string }>(
        `INSERT INTO payment_webhooks (provider, event_id, payment_id, type, payload, received_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (provider, event_id) DO NOTHING RETURNING event_id`,
        [provider, event.eventId, payment.id, event.type, JSON.stringify(event), this.clock.now()],
      );
      if (!first) return true;
      await this.take(payment, event);
      await this.news.followDispute(payment);
      return true;
    });
  }

  private async take(payment: Payment, event: ProviderEvent): Promise<void> {
    switch (event.type) {
      case 'captured':
        return await this.news.captured(payment, event.amountMinor, event.currency);
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

  private async locked(provider: string, providerReference: string): Promise<Payment | null> {
    return await this.database
      .repository(Payment)
      .findOne({ where: { provider, providerReference }, lock: { mode: 'pessimistic_write' } });
  }
}
