import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Database, DomainEvents } from '#platform';
import { PaymentApplied, RefundRequested } from './payment.events.js';
import { RefundReason } from './refund.entity.js';

/** What there is of one payment. */
export interface Part {
  paymentId: string;
  minor: number;
  currency: string;
}

/** What is to be paid. */
export interface Bill {
  reference: string;
  amountMinor: number;
  currency: string;
}

/**
 * What has come in for a reference, and what becomes of it. Each unit of a payment is open, applied to a reference, or
 * sent back. All of it runs in the transaction of the caller; payments are locked from the oldest to the newest, and
 * the database refuses to use a unit twice.
 */
@Injectable()
export class FundsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: DomainEvents,
  ) {}

  /** What is open for a reference in a currency. Locks its payments. */
  async open(reference: string, currency: string): Promise<number> {
    const parts = await this.openPartsOf(reference);
    return parts.reduce((sum, part) => sum + (part.currency === currency ? part.minor : 0), 0);
  }

  /** Pays for each reference, once, with what is open for it, the oldest money first. @throws Error when there is too little */
  async apply(bills: Bill[]): Promise<void> {
    const open = await this.openParts(bills.map(({ reference }) => reference));
    const paid = bills.flatMap(({ reference, amountMinor, currency }) => {
      const parts = (open.get(reference) ?? []).filter((part) => part.currency === currency);
      return take(parts, amountMinor, `open for ${reference}`).map((part) => ({ ...part, reference }));
    });
    if (paid.length === 0) return;
    const [ids, amounts] = [paid.map(({ paymentId }) => paymentId), paid.map(({ minor }) => minor)];
    await this.database.query(
      `UPDATE payments p SET applied_minor = applied_minor + part.minor
       FROM unnest($1::uuid[], $2::integer[]) AS part (id, minor) WHERE p.id = part.id`,
      [ids, amounts],
    );
    await this.database.query(
      `INSERT INTO payment_applications AS a (payment_id, reference, applied_minor)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::integer[])
       ON CONFLICT (payment_id, reference) DO UPDATE SET applied_minor = a.applied_minor + excluded.applied_minor`,
      [ids, paid.map(({ reference }) => reference), amounts],
    );
    await this.events.publishAll(
      paid.map(
        ({ paymentId, reference, minor, currency }) => new PaymentApplied(paymentId, reference, minor, currency),
      ),
    );
  }

  /** Sends back everything that is open for a reference, in whatever currency. @returns how much of `currency` */
  async returnOpen(reference: string, currency: string, reason: RefundReason): Promise<number> {
    let returned = 0;
    for (const part of await this.openPartsOf(reference)) {
      const isForeign = part.currency !== currency;
      await this.returnPart(part, isForeign ? RefundReason.WRONG_CURRENCY : reason);
      if (!isForeign) returned += part.minor;
    }
    return returned;
  }

  /** Sends back what is open of a reference and came in in another currency. */
  async returnForeign(reference: string, currency: string): Promise<void> {
    for (const part of await this.openPartsOf(reference))
      if (part.currency !== currency) await this.returnPart(part, RefundReason.WRONG_CURRENCY);
  }

  /**
   * Gives back of what pays for a reference. The same key gives back once. What a bank has taken back by itself is not
   * given back again.
   * @returns how much goes back
   * @throws Error when that much does not pay for it
   */
  async refund(reference: string, amountMinor: number, reasonKey: string, reason: RefundReason): Promise<number> {
    if (amountMinor === 0) return 0;
    const parts = await this.database.query<Part & { isLost: boolean }>(
      `SELECT a.payment_id AS "paymentId", a.applied_minor - a.refunded_minor AS minor, p.captured_currency AS currency,
         p.state = 'CHARGED_BACK' AS "isLost"
       FROM payment_applications a JOIN payments p ON p.id = a.payment_id
       WHERE a.reference = $1 ORDER BY p.created_at, p.id FOR UPDATE`,
      [reference],
    );
    const [before] = await this.database.query(`SELECT FROM refunds WHERE reason_key = $1`, [reasonKey]);
    if (before) return 0;
    const there = parts.filter(({ isLost }) => !isLost);
    const left = there.reduce((sum, { minor }) => sum + minor, 0);
    const wanted = parts.length > there.length ? Math.min(amountMinor, left) : amountMinor;
    for (const [index, part] of take(there, wanted, `paid for ${reference}`).entries()) {
      await this.database.query(
        `UPDATE payment_applications SET refunded_minor = refunded_minor + $3 WHERE payment_id = $1 AND reference = $2`,
        [part.paymentId, reference, part.minor],
      );
      await this.request(part, reference, index === 0 ? reasonKey : `${reasonKey}#${index + 1}`, reason);
    }
    return wanted;
  }

  /** What paid for one reference pays for another one from now on. @throws Error when that much did not pay for it */
  async move(from: string, to: string, amountMinor: number): Promise<void> {
    const parts = await this.database.query<Part>(
      `SELECT a.payment_id AS "paymentId", a.applied_minor - a.refunded_minor AS minor, p.captured_currency AS currency
       FROM payment_applications a JOIN payments p ON p.id = a.payment_id
       WHERE a.reference = $1 AND p.state <> 'CHARGED_BACK' ORDER BY p.created_at, p.id FOR UPDATE`,
      [from],
    );
    for (const { paymentId, minor, currency } of take(parts, amountMinor, `paid for ${from}`)) {
      await this.database.query(
        `UPDATE payment_applications SET applied_minor = applied_minor - $3 WHERE payment_id = $1 AND reference = $2`,
        [paymentId, from, minor],
      );
      await this.insertApplication(paymentId, to, minor);
      await this.events.publish(new PaymentApplied(paymentId, from, -minor, currency));
      await this.events.publish(new PaymentApplied(paymentId, to, minor, currency));
    }
  }

  /**
   * What is open for each of these references. Locks its payments. Money that a bank disputes is nobody's until that is
   * decided.
   */
  async openParts(references: string[]): Promise<Map<string, Part[]>> {
    const rows = await this.database.query<Part & { reference: string }>(
      `SELECT reference, id AS "paymentId", captured_minor - applied_minor - returned_minor AS minor, captured_currency AS currency
       FROM payments WHERE reference = ANY($1::uuid[]) AND state = 'CAPTURED' AND captured_minor > applied_minor + returned_minor
       ORDER BY created_at, id FOR UPDATE`,
      [references],
    );
    const open = new Map<string, Part[]>();
    for (const { reference, ...part } of rows) open.set(reference, [...(open.get(reference) ?? []), part]);
    return open;
  }

  private async openPartsOf(reference: string): Promise<Part[]> {
    return (await this.openParts([reference])).get(reference) ?? [];
  }

  private async insertApplication(paymentId: string, reference: string, minor: number): Promise<void> {
    await this.database.query(
      `INSERT INTO payment_applications AS a (payment_id, reference, applied_minor) VALUES ($1, $2, $3)
       ON CONFLICT (payment_id, reference) DO UPDATE SET applied_minor = a.applied_minor + $3`,
      [paymentId, reference, minor],
    );
  }

  private async returnPart(part: Part, reason: RefundReason): Promise<void> {
    const [payment] = await this.database.query<{ returned: number }>(
      `UPDATE payments SET returned_minor = returned_minor + $2 WHERE id = $1 RETURNING returned_minor AS returned`,
      [part.paymentId, part.minor],
    );
    await this.request(part, null, `open:${part.paymentId}:${payment!.returned}`, reason);
  }

  private async request(
    { paymentId, minor, currency }: Part,
    reference: string | null,
    reasonKey: string,
    reason: RefundReason,
  ): Promise<void> {
    const id = newId();
    await this.database.query(
      `INSERT INTO refunds (id, payment_id, reason_key, reason, reference, amount_minor, currency, state, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'REQUESTED', $8)`,
      [id, paymentId, reasonKey, reason, reference, minor, currency, this.clock.now()],
    );
    await this.events.publish(new RefundRequested(id, paymentId, reference, minor, currency, reason));
  }
}

/** The first parts that make up an amount. @throws Error when all of them are less */
function take(parts: Part[], amountMinor: number, what: string): Part[] {
  const taken: Part[] = [];
  let missing = amountMinor;
  for (const part of parts) {
    if (missing === 0) break;
    const minor = Math.min(part.minor, missing);
    if (minor > 0) taken.push({ ...part, minor });
    missing -= minor;
  }
  if (missing > 0) throw new Error(`${amountMinor} ${what} were asked for, ${missing} more than there are`);
  return taken;
}
