import { Injectable } from '@nestjs/common';
import { Atomically, AtomicallyTogether, Database } from '#platform';
import {
  PaymentCaptured,
  PaymentChargedBack,
  Refund,
  RefundBounced,
  RefundRequested,
  RefundSettled,
  RefundState,
} from '#payments';
import { Order, OrderExchanged, OrderPaid } from '#reservations';
import { Journal } from './journal.js';
import { Account, EntryKind } from './journal.type.js';
import { type Parts, partsOf, sumOf } from './parts.js';
import { revenue } from './revenue.js';
import { SoldLines } from './sold-lines.js';

interface RefundRow {
  orderId: string;
  paymentId: string;
  state: RefundState;
  attempts: number;
}

/** Books what happens to money in the transaction in which it happens: both are kept, or neither is. */
@Injectable()
export class BookkeepingService {
  constructor(
    private readonly database: Database,
    private readonly journal: Journal,
    private readonly sold: SoldLines,
  ) {}

  /** Payments of which so much more came in. */
  @AtomicallyTogether(PaymentCaptured)
  async captured(captured: PaymentCaptured[]): Promise<void> {
    const payments = await this.database.query<{ id: string; captured: number }>(
      `SELECT id, captured_minor AS captured FROM payments WHERE id = ANY($1::uuid[])`,
      [captured.map(({ paymentId }) => paymentId)],
    );
    const inAll = new Map(payments.map(({ id, captured }) => [id, captured]));
    // Of a dispute that was won nothing is booked: the money has been there all the time.
    await this.journal.bookAll(
      captured.map(({ paymentId, reference, amountMinor, currency }) => ({
        fact: {
          key: `capture:${paymentId}:${inAll.get(paymentId)}`,
          kind: EntryKind.CAPTURE,
          orderId: reference,
          paymentId,
          currency,
        },
        amounts: { [Account.PROVIDER]: amountMinor, [Account.DEPOSITS]: -amountMinor },
      })),
    );
  }

  @AtomicallyTogether(OrderPaid)
  async paid(paid: OrderPaid[]): Promise<void> {
    const orders = await this.sold.ofOrders(paid.map(({ orderId }) => orderId));
    await this.journal.bookAll(
      orders.map(({ orderId, currency, lines }) => {
        const parts = sumOf(lines.map(partsOf));
        return {
          fact: { key: `sale:${orderId}`, kind: EntryKind.SALE, orderId, currency },
          amounts: { [Account.DEPOSITS]: totalOf(parts), ...revenue(parts, -1) },
        };
      }),
    );
  }

  /** What was sold is taken back, and its money is a deposit for the new order. */
  @Atomically(OrderExchanged)
  async exchanged({ orderId, movedMinor }: OrderExchanged): Promise<void> {
    const parts = sumOf((await this.sold.exchangedFor(orderId)).map((reversal) => reversal.parts));
    const currency = await this.currencyOf(orderId);
    await this.journal.book(
      { key: `exchange:${orderId}`, kind: EntryKind.EXCHANGE, orderId, currency },
      { ...revenue(parts, 1), [Account.DEPOSITS]: -movedMinor },
    );
  }

  @Atomically(RefundRequested)
  async requested({ refundId, paymentId, reference, amountMinor, currency }: RefundRequested): Promise<void> {
    const due = { [Account.REFUNDS_DUE]: -amountMinor };
    if (reference === null) {
      const { orderId } = await this.refund(refundId);
      await this.journal.book(
        { key: `refund:${refundId}`, kind: EntryKind.RETURN, orderId, paymentId, refundId, currency },
        { [Account.DEPOSITS]: amountMinor, ...due },
      );
    } else {
      const refund = await this.database.repository(Refund).findOneByOrFail({ id: refundId });
      const reversals = await this.sold.takenBackBy(refund);
      await this.journal.book(
        { key: `refund:${refundId}`, kind: EntryKind.REFUND, orderId: reference, paymentId, refundId, currency },
        { ...revenue(sumOf(reversals.map(({ parts }) => parts)), 1), ...due },
      );
    }
  }

  @Atomically(RefundSettled)
  async settled({ refundId, amountMinor, currency }: RefundSettled): Promise<void> {
    const { orderId, paymentId, attempts, state } = await this.refund(refundId);
    // Covered: the bank has taken it already, with the rest of the payment.
    const isCovered = state === RefundState.COVERED;
    const from = isCovered ? Account.CHARGEBACKS : Account.PROVIDER;
    // It may be covered after an attempt that was settled and came back.
    const key = isCovered ? `covered:${refundId}` : `settlement:${refundId}:${attempts}`;
    await this.journal.book(
      { key, kind: EntryKind.SETTLEMENT, orderId, paymentId, refundId, currency },
      { [Account.REFUNDS_DUE]: amountMinor, [from]: -amountMinor },
    );
  }

  @Atomically(RefundBounced)
  async bounced({ refundId, amountMinor, currency }: RefundBounced): Promise<void> {
    const { orderId, paymentId, attempts } = await this.refund(refundId);
    await this.journal.book(
      { key: `bounce:${refundId}:${attempts}`, kind: EntryKind.BOUNCE, orderId, paymentId, refundId, currency },
      { [Account.PROVIDER]: amountMinor, [Account.REFUNDS_DUE]: -amountMinor },
    );
  }

  /** So much more than before, or less. */
  @Atomically(PaymentChargedBack)
  async chargedBack({ paymentId, reference, amountMinor, currency }: PaymentChargedBack): Promise<void> {
    const [payment] = await this.database.query<{ lost: number }>(
      `SELECT lost_minor AS lost FROM payments WHERE id = $1`,
      [paymentId],
    );
    const key = `chargeback:${paymentId}:${payment!.lost - amountMinor}:${payment!.lost}`;
    await this.journal.book(
      { key, kind: EntryKind.CHARGEBACK, orderId: reference, paymentId, currency },
      { [Account.CHARGEBACKS]: amountMinor, [Account.PROVIDER]: -amountMinor },
    );
  }

  private async currencyOf(orderId: string): Promise<string> {
    return (await this.database.repository(Order).findOneByOrFail({ id: orderId })).currency;
  }

  /** The order is the one that was paid for, or that the payment was meant for. */
  private async refund(refundId: string): Promise<RefundRow> {
    const [row] = await this.database.query<RefundRow>(
      `SELECT coalesce(r.reference, p.reference) AS "orderId", r.payment_id AS "paymentId", r.state, r.attempts
       FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.id = $1`,
      [refundId],
    );
    return row!;
  }
}

function totalOf({ salesMinor, feesMinor, salesTaxMinor, feesTaxMinor }: Parts): number {
  return salesMinor + feesMinor + salesTaxMinor + feesTaxMinor;
}
