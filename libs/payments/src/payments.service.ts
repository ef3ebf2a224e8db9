import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Database } from '#platform';
import { nextAskAbout } from './asking-plan.js';
import { PaymentProvider, type ProviderPayment, ProviderRefusal } from './payment-provider.js';
import { Payment, PaymentState } from './payment.entity.js';
import { ProviderNews } from './provider-news.js';

/** Payments as the libraries above see them: money for a reference. */
@Injectable()
export class PaymentsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly provider: PaymentProvider,
    private readonly news: ProviderNews,
  ) {}

  /**
   * The payment for a reference that waits for its money, opened at the provider; a second call gives the same one.
   * Calls the provider: never inside a transaction.
   */
  async begin(reference: string, amountMinor: number, currency: string, description: string): Promise<Payment> {
    this.mustBeOutside();
    const payment = (await this.pending(reference)) ?? (await this.insert(reference, amountMinor, currency));
    if (payment.payUrl) return payment;
    const opened = await this.provider.open({
      key: payment.id,
      amountMinor: payment.amountMinor,
      currency,
      description,
    });
    await this.database.repository(Payment).update({ id: payment.id }, opened);
    return Object.assign(payment, opened);
  }

  /** The newest payment first. */
  async of(reference: string): Promise<Payment[]> {
    return await this.database.repository(Payment).find({ where: { reference }, order: { createdAt: 'DESC' } });
  }

  /**
   * Asks how a payment stands, for what no webhook has told us, and makes known what is new.
   * @param isWanted otherwise it is made sure that nothing can be paid on it any more, unless something was
   */
  async ask(payment: Payment, isWanted: boolean): Promise<void> {
    this.mustBeOutside();
    const { providerReference, capturedMinor } = payment;
    if (providerReference === null) {
      // It was never opened, or we never heard that it was: then nobody was sent there to pay.
      if (!isWanted) await this.learn(payment.id, { state: 'VOIDED', capturedMinor: 0, currency: payment.currency });
      return;
    }
    try {
      const known =
        isWanted || capturedMinor > 0
          ? await this.provider.find(providerReference)
          : await this.provider.void(providerReference);
      await this.learn(payment.id, known);
    } catch (error) {
      if (error instanceof ProviderRefusal) await this.asked(payment, 'REFUSED');
      throw error;
    }
  }

  private async learn(paymentId: string, { state, capturedMinor, currency, dispute }: ProviderPayment): Promise<void> {
    await this.database.transaction(async () => {
      const payment = await this.database
        .repository(Payment)
        .findOneOrFail({ where: { id: paymentId }, lock: { mode: 'pessimistic_write' } });
      if (dispute) await this.news.disputed(payment, dispute);
      if (capturedMinor > 0) await this.news.captured(payment, capturedMinor, currency);
      else if (state === 'DECLINED') await this.news.declined(payment);
      else if (state === 'VOIDED') await this.news.voided(payment);
      await this.news.followDispute(payment);
      await this.asked(payment, state);
    });
  }

  private async asked(payment: Payment, answer: Parameters<typeof nextAskAbout>[2]): Promise<void> {
    const now = this.clock.now();
    await this.database.query(`UPDATE payments SET asked_at = $2, next_ask_at = $3 WHERE id = $1`, [
      payment.id,
      now,
      nextAskAbout(payment, now, answer),
    ]);
  }

  private async pending(reference: string): Promise<Payment | null> {
    return await this.database.repository(Payment).findOneBy({ reference, state: PaymentState.PENDING });
  }

  private async insert(reference: string, amountMinor: number, currency: string): Promise<Payment> {
    // Two check-outs at once: the index lets one row wait for its money, and the other call takes that one.
    await this.database.query(
      `INSERT INTO payments (id, provider, reference, amount_minor, currency, state, created_at)
       VALUES ($1, $2, $3, $4, $5, 'PENDING', $6) ON CONFLICT (reference) WHERE state = 'PENDING' DO NOTHING`,
      [newId(), this.provider.name, reference, amountMinor, currency, this.clock.now()],
    );
    return await this.database.repository(Payment).findOneByOrFail({ reference, state: PaymentState.PENDING });
  }

  private mustBeOutside(): void {
    if (this.database.inTransaction) throw new Error('a payment provider was called inside a transaction');
  }
}
