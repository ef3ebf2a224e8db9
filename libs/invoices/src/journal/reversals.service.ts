import { Injectable } from '@nestjs/common';
import { Atomically, Database } from '#platform';
import { PaymentChargedBack } from '#payments';
import { Order, OrderExchanged } from '#reservations';
import { TicketCancelled, TicketsRevoked } from '#tickets';
import { Journal } from './journal.js';
import { Account, EntryKind } from './journal.type.js';
import { sumOf } from './parts.js';
import { revenue } from './revenue.js';
import { type Reversal, SoldLines } from './sold-lines.js';

/** What was taken back of an order because a bank took back so much of a payment. */
export interface Loss {
  /** Of the journal entry. */
  id: string;
  orderId: string;
  paymentId: string;
  lostMinor: number;
}

interface LostPayment {
  paymentId: string;
  currency: string;
  /** Of what paid for the order. */
  lostMinor: number;
}

/** Of an order that a bank took money back from: what was booked for it, the first one first. */
const LOSSES = `SELECT e.id, e.order_id AS "orderId", e.payment_id AS "paymentId", l.credit_minor AS "lostMinor"
  FROM journal_entries e JOIN journal_lines l ON l.entry_id = e.id AND l.account = 'CHARGEBACKS' WHERE e.kind = 'REVERSAL'`;

/**
 * What was sold, and ends without money that goes back: tickets that cost nothing, and tickets whose money a bank has
 * taken. What was used stays sold: its money is lost.
 */
@Injectable()
export class ReversalsService {
  constructor(
    private readonly database: Database,
    private readonly journal: Journal,
    private readonly sold: SoldLines,
  ) {}

  @Atomically(TicketCancelled)
  async cancelled({ ticketId, refundMinor }: TicketCancelled): Promise<void> {
    if (refundMinor === 0) await this.takeGiftsBack([ticketId]);
  }

  @Atomically(OrderExchanged)
  async exchanged({ ticketIds }: OrderExchanged): Promise<void> {
    await this.takeGiftsBack(ticketIds);
  }

  @Atomically(TicketsRevoked)
  async revoked({ orderId, ticketIds }: TicketsRevoked): Promise<void> {
    await this.takeGiftsBack(ticketIds);
    await this.takeLossesBack(orderId);
  }

  /** The tickets may have ended by another payment before, or do in a moment. */
  @Atomically(PaymentChargedBack)
  async chargedBack({ paymentId }: PaymentChargedBack): Promise<void> {
    const orders = await this.database.query<{ id: string }>(
      `SELECT reference AS id FROM payment_applications WHERE payment_id = $1 AND applied_minor > 0 ORDER BY 1`,
      [paymentId],
    );
    for (const { id } of orders) await this.takeLossesBack(id);
  }

  /** Each of them is documented by a credit note. */
  async lossesOf(paymentId: string): Promise<Loss[]> {
    return await this.database.query<Loss>(`${LOSSES} AND e.payment_id = $1 ORDER BY e.id`, [paymentId]);
  }

  async takenBackBy({ id, orderId, lostMinor }: Loss): Promise<Reversal[]> {
    const earlier = (await this.lossesOn(orderId)).filter((loss) => loss.id < id);
    return await this.sold.lost(orderId, sum(earlier), lostMinor);
  }

  private async takeGiftsBack(ticketIds: string[]): Promise<void> {
    for (const { ticketId, orderId, parts } of await this.sold.gifts(ticketIds)) {
      const { currency } = await this.database.repository(Order).findOneByOrFail({ id: orderId });
      await this.journal.book(
        { key: `gift:${ticketId}`, kind: EntryKind.REVERSAL, orderId, currency },
        revenue(parts, 1),
      );
    }
  }

  private async takeLossesBack(orderId: string): Promise<void> {
    // Two banks at once: the second sees what the first has taken.
    await this.database.query(`SELECT FROM orders WHERE id = $1 FOR UPDATE`, [orderId]);
    const booked = await this.lossesOn(orderId);
    let before = sum(booked);
    for (const { paymentId, currency, lostMinor } of await this.lostPayments(orderId)) {
      const known = sum(booked.filter((loss) => loss.paymentId === paymentId));
      // What a bank gave back later does not make tickets valid again.
      if (lostMinor <= known) continue;
      const reversals = await this.sold.lost(orderId, before, lostMinor - known);
      const parts = sumOf(reversals.map((reversal) => reversal.parts));
      const minor = parts.salesMinor + parts.salesTaxMinor + parts.feesMinor + parts.feesTaxMinor;
      before += minor;
      const key = `reversal:${paymentId}:${orderId}:${known + minor}`;
      await this.journal.book(
        { key, kind: EntryKind.REVERSAL, orderId, paymentId, currency },
        { ...revenue(parts, 1), [Account.CHARGEBACKS]: -minor },
      );
    }
  }

  private async lossesOn(orderId: string): Promise<Loss[]> {
    return await this.database.query<Loss>(`${LOSSES} AND e.order_id = $1 ORDER BY e.id`, [orderId]);
  }

  /** What a bank took counts for what the payment paid for, the oldest order first, without what was given back before. */
  private async lostPayments(orderId: string): Promise<LostPayment[]> {
    return await this.database.query<LostPayment>(
      `SELECT a.payment_id AS "paymentId", p.captured_currency AS currency,
         least(a.applied_minor - a.refunded_minor, greatest(p.lost_minor - coalesce((SELECT sum(b.applied_minor - b.refunded_minor)
           FROM payment_applications b WHERE b.payment_id = a.payment_id AND b.reference < a.reference), 0), 0))::integer AS "lostMinor"
       FROM payment_applications a JOIN payments p ON p.id = a.payment_id
       WHERE a.reference = $1 AND p.state = 'CHARGED_BACK' ORDER BY p.created_at, p.id`,
      [orderId],
    );
  }
}

function sum(losses: readonly Loss[]): number {
  return losses.reduce((total, { lostMinor }) => total + lostMinor, 0);
}
