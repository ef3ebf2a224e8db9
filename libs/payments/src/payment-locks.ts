import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { Payment } from './payment.entity.js';

/** Locks payments to take news of them. */
@Injectable()
export class PaymentLocks {
  /**
   * Locks what the money is for, in the open transaction; told by the library above, which knows what a reference is.
   * Whoever changes that locks it before its payments, so we do, too, and nobody waits in a circle.
   */
  lockReferences: (references: string[]) => Promise<void> = async () => await Promise.resolve();

  constructor(private readonly database: Database) {}

  /** What the payments were made for, what else they pay for, and then themselves, from the oldest on. */
  async lock(paymentIds: string[]): Promise<Payment[]> {
    const references = await this.database.query<{ reference: string }>(
      `SELECT reference FROM payments WHERE id = ANY($1::uuid[])
       UNION SELECT reference FROM payment_applications WHERE payment_id = ANY($1::uuid[])`,
      [paymentIds],
    );
    await this.lockReferences(references.map(({ reference }) => reference));
    return await this.database
      .repository(Payment)
      .createQueryBuilder('payment')
      .where('payment.id = ANY(:paymentIds)', { paymentIds })
      .orderBy('payment.id')
      .setLock('for_no_key_update')
      .getMany();
  }
}
