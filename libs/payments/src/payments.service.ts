import { Injectable } from '@nestjs/common';
import { Batcher, Clock, newId } from '#kernel';
import { Database, SharedRead, busy } from '#platform';
import { nextAskAbout } from './asking-plan.js';
import type { Bill } from './funds.service.js';
import { PaymentLocks } from './payment-locks.js';
import { PaymentProvider, type ProviderPayment, ProviderRefusal } from './payment-provider.js';
import { Payment } from './payment.entity.js';
import { ProviderNews } from './provider-news.js';

interface Opened {
  id: string;
  providerReference: string;
  payUrl: string;
}

/** Payments as the libraries above see them: money for a reference. */
@Injectable()
export class PaymentsService {
  private readonly openings: Batcher<Opened, void>;
  private readonly newestOnes: SharedRead<Payment>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly provider: PaymentProvider,
    private readonly locks: PaymentLocks,
    private readonly news: ProviderNews,
  ) {
    this.openings = new Batcher((opened) => this.writeOpened(opened), {
      most: 100,
      lanes: 2,
      mostWaiting: 5_000,
      key: ({ id }) => id,
      overflow: () => busy(),
    });
    this.newestOnes = new SharedRead(database, (references) => this.readNewest(references));
  }

  /**
   * The payment for a reference that waits for its money, opened at the provider; a second call gives the same one.
   * Calls the provider: never inside a transaction.
   */
  async begin(reference: string, amountMinor: number, currency: string, description: string): Promise<Payment> {
    const payments = await this.prepare([{ reference, amountMinor, currency }]);
    return await this.open(payments.get(reference)!, description);
  }

  /**
   * For each bill the payment that waits for its money, by its reference; a new one when there is none. What it asks for
   * stays as it was when it began.
   */
  async prepare(bills: Bill[]): Promise<Map<string, Payment>> {
    if (bills.length === 0) return new Map();
    // Two check-outs at once: the index lets one row wait for its money, and the other call takes that one.
    await this.database.query(
      `INSERT INTO payments (id, provider, reference, amount_minor, currency, state, created_at)
       SELECT id, $5, reference, amount, currency, 'PENDING', $6
       FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[]) AS bill (id, reference, amount, currency)
       ON CONFLICT (reference) WHERE state = 'PENDING' DO NOTHING`,
      [
        bills.map(() => newId()),
        bills.map(({ reference }) => reference),
        bills.map(({ amountMinor }) => amountMinor),
        bills.map(({ currency }) => currency),
        this.provider.name,
        this.clock.now(),
      ],
    );
    const payments = await this.database
      .repository(Payment)
      .createQueryBuilder('payment')
      .where(`payment.reference = ANY(:references) AND payment.state = 'PENDING'`, {
        references: bills.map(({ reference }) => reference),
      })
      .getMany();
    return new Map(payments.map((payment) => [payment.reference, payment]));
  }

  /** Opens a payment at the provider, once. Calls the provider: never inside a transaction. */
  async open(payment: Payment, description: string): Promise<Payment> {
    this.mustBeOutside();
    if (payment.payUrl) return payment;
    const { id, amountMinor, currency } = payment;
    const opened = await this.provider.open({ key: id, amountMinor, currency, description });
    await this.openings.submit({ id, ...opened });
    return Object.assign(payment, opened);
  }

  private async writeOpened(opened: Opened[]): Promise<void[]> {
    await this.database.query(
      `WITH locked AS (SELECT id FROM payments WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE)
       UPDATE payments p SET provider_reference = o.reference, pay_url = o.url
       FROM unnest($1::uuid[], $2::text[], $3::text[]) AS o (id, reference, url) JOIN locked USING (id) WHERE p.id = o.id`,
      [
        opened.map(({ id }) => id),
        opened.map(({ providerReference }) => providerReference),
        opened.map(({ payUrl }) => payUrl),
      ],
    );
    return opened.map(() => undefined);
  }

  async newest(reference: string): Promise<Payment | undefined> {
    return await this.newestOnes.of(reference);
  }

  private async readNewest(references: string[]): Promise<Map<string, Payment>> {
    const payments = await this.database
      .repository(Payment)
      .createQueryBuilder('payment')
      .distinctOn(['payment.reference'])
      .where('payment.reference = ANY(:references)', { references })
      .orderBy({ 'payment.reference': 'ASC', 'payment.createdAt': 'DESC' })
      .getMany();
    return new Map(payments.map((payment) => [payment.reference, payment]));
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
      const [payment] = await this.locks.lock([paymentId]);
      if (!payment) throw new Error(`there is no payment ${paymentId}`);
      if (dispute) await this.news.disputed(payment, dispute);
      if (capturedMinor > 0) await this.news.captured([{ payment, totalMinor: capturedMinor, currency }]);
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

  private mustBeOutside(): void {
    if (this.database.inTransaction) throw new Error('a payment provider was called inside a transaction');
  }
}
