import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Database } from '#platform';
import { PaymentProvider } from './payment-provider.js';
import { Payment, PaymentState } from './payment.entity.js';

/** Payments as the libraries above see them: money for a reference. */
@Injectable()
export class PaymentsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly provider: PaymentProvider,
  ) {}

  /**
   * The payment for a reference that waits for its money, opened at the provider; a second call gives the same one.
   * Calls the provider: never inside a transaction.
   */
  async begin(reference: string, amountMinor: number, currency: string, description: string): Promise<Payment> {
    if (this.database.inTransaction) throw new Error('a payment was begun inside a transaction');
    const payment = (await this.pending(reference)) ?? (await this.insert(reference, amountMinor, currency));
    if (payment.payUrl) return payment;
    const opened = await this.provider.open({ key: payment.id, amountMinor, currency, description });
    await this.database.repository(Payment).update({ id: payment.id }, opened);
    return Object.assign(payment, opened);
  }

  /** The newest payment first. */
  async of(reference: string): Promise<Payment[]> {
    return await this.database.repository(Payment).find({ where: { reference }, order: { createdAt: 'DESC' } });
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
}
