import { Inject, Injectable } from '@nestjs/common';
import type { Logger as Pino } from 'pino';
import { Clock } from '#kernel';
import { Database, DomainEvents, LOG } from '#platform';
import { PaymentCaptured } from './payment.events.js';
import type { ProviderEvent } from './payment-provider.js';
import { Payment, PaymentState } from './payment.entity.js';
import { RefundsService } from './refunds.service.js';

/** Applies what providers report: every event once, in any order, its row and its effect in one transaction. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: DomainEvents,
    private readonly refunds: RefundsService,
    @Inject(LOG) private readonly log: Pino,
  ) {}

  /** @returns false when the payment is unknown: the provider shall try again */
  async apply(provider: string, event: ProviderEvent): Promise<boolean> {
    return await this.database.transaction(async () => {
      const [payment] = await this.database.query<{
        id: string;
        reference: string;
        state: PaymentState;
        amount_minor: number;
        currency: string;
      }>(
        `SELECT id, reference, state, amount_minor, currency FROM payments WHERE provider = $1 AND provider_reference = $2 FOR UPDATE`,
        [provider, event.providerReference],
      );
      if (!payment) return false;
      const [first] = await this.database.query<{ event_id: string }>(
        `INSERT INTO payment_webhooks (provider, event_id, type, payload, received_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (provider, event_id) DO NOTHING RETURNING event_id`,
        [provider, event.eventId, event.type, JSON.stringify(event), this.clock.now()],
      );
      if (!first) return true;
      if (event.type === 'captured' && payment.state !== PaymentState.CAPTURED) {
        await this.settle(payment.id, PaymentState.CAPTURED, event.amountMinor);
        if (event.amountMinor === payment.amount_minor && event.currency === payment.currency) {
          await this.events.publish(new PaymentCaptured(payment.id, payment.reference));
        } else {
          this.log.error(
            { paymentId: payment.id, expected: payment.amount_minor, got: event.amountMinor, currency: event.currency },
            'wrong amount captured; it goes back',
          );
          await this.refunds.requestOf(payment.id, event.amountMinor, `mismatch:${payment.id}`);
        }
      }
      if (event.type === 'declined' && payment.state === PaymentState.PENDING)
        await this.settle(payment.id, PaymentState.DECLINED, null);
      return true;
    });
  }

  private async settle(id: string, state: PaymentState, capturedMinor: number | null): Promise<void> {
    await this.database.repository(Payment).update({ id }, { state, capturedMinor, settledAt: this.clock.now() });
  }
}
