import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Database } from '#platform';
import { Account, type EntryKind, type JournalEntry } from './journal.type.js';

/** An amount for each account that it moves: more than 0 a debit, less than 0 a credit. */
export type Amounts = Partial<Record<Account, number>>;

/** What an entry says beside its lines. */
export interface Fact {
  /** The same fact is booked once. */
  key: string;
  kind: EntryKind;
  /** Its organization is the entry's. */
  orderId: string;
  paymentId?: string;
  refundId?: string;
  currency: string;
}

export interface Span {
  organizationId: string;
  since: Date;
  until: Date;
}

const COLUMNS = `e.id, e.kind, e.currency, e.at, e.order_id AS "orderId", e.payment_id AS "paymentId", e.refund_id AS "refundId"`;

/** The double-entry journal. What is written stays; the database refuses an entry that does not balance. */
@Injectable()
export class Journal {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Books a fact in the open transaction, once. Nothing is booked when nothing moves. */
  async book(fact: Fact, amounts: Amounts): Promise<void> {
    await this.bookAll([{ fact, amounts }]);
  }

  /** Several facts. @see book */
  async bookAll(bookings: { fact: Fact; amounts: Amounts }[]): Promise<void> {
    const entries = bookings
      .map(({ fact, amounts }) => ({ id: newId(), fact, lines: linesOf(amounts) }))
      .filter(({ lines }) => lines.length > 0);
    if (entries.length === 0) return;
    const lines = entries.flatMap(({ id, lines }) => lines.map((line, position) => ({ id, position, ...line })));
    const facts = entries.map(({ fact }) => fact);
    const booked = await this.database.query<{ id: string }>(
      `WITH entry AS (
         INSERT INTO journal_entries (id, organization_id, kind, currency, at, order_id, payment_id, refund_id, key)
         SELECT f.id, o.organization_id, f.kind, f.currency, $8, o.id, f.payment_id, f.refund_id, f.key
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[])
           AS f (id, kind, currency, order_id, payment_id, refund_id, key) JOIN orders o ON o.id = f.order_id
         ON CONFLICT (key) DO NOTHING RETURNING id),
       line AS (
         INSERT INTO journal_lines (entry_id, position, account, debit_minor, credit_minor)
         SELECT entry_id, position, account, debit, credit
         FROM unnest($9::uuid[], $10::integer[], $11::text[], $12::integer[], $13::integer[])
           AS l (entry_id, position, account, debit, credit) WHERE entry_id IN (SELECT id FROM entry))
       SELECT id FROM entry`,
      [
        entries.map(({ id }) => id),
        facts.map(({ kind }) => kind),
        facts.map(({ currency }) => currency),
        facts.map(({ orderId }) => orderId),
        facts.map(({ paymentId }) => paymentId ?? null),
        facts.map(({ refundId }) => refundId ?? null),
        facts.map(({ key }) => key),
        this.clock.now(),
        lines.map(({ id }) => id),
        lines.map(({ position }) => position),
        lines.map(({ account }) => account),
        lines.map(({ debit }) => debit),
        lines.map(({ credit }) => credit),
      ],
    );
    const done = new Set(booked.map(({ id }) => id));
    await this.mustBeBooked(entries.filter(({ id }) => !done.has(id)).map(({ fact }) => fact.key));
  }

  /** The oldest first. @param after the last one of the page before */
  async read({ organizationId, since, until }: Span, first: number, after?: string): Promise<JournalEntry[]> {
    return await this.database.read<JournalEntry>(
      `SELECT ${COLUMNS}, l.lines
       FROM (SELECT * FROM journal_entries WHERE organization_id = $1 AND at >= $2 AND at < $3
               AND ($5::uuid IS NULL OR (at, id) > (SELECT at, id FROM journal_entries WHERE id = $5)) ORDER BY at, id LIMIT $4) e
       CROSS JOIN LATERAL (
         SELECT jsonb_agg(jsonb_build_object('account', account, 'debitMinor', debit_minor, 'creditMinor', credit_minor) ORDER BY position) AS lines
         FROM journal_lines WHERE entry_id = e.id) l
       ORDER BY e.at, e.id`,
      [organizationId, since, until, first, after ?? null],
    );
  }

  /** Before, then. @throws Error for a fact about an order that does not exist */
  private async mustBeBooked(keys: string[]): Promise<void> {
    if (keys.length === 0) return;
    const [missing] = await this.database.query<{ key: string }>(
      `SELECT key FROM unnest($1::text[]) AS key WHERE NOT EXISTS (SELECT FROM journal_entries e WHERE e.key = key.key) LIMIT 1`,
      [keys],
    );
    if (missing) throw new Error(`${missing.key} cannot be booked: there is no such order`);
  }
}

/** In the order of the chart. */
function linesOf(amounts: Amounts): { account: Account; debit: number; credit: number }[] {
  return Object.values(Account).flatMap((account) => {
    const amount = amounts[account] ?? 0;
    return amount === 0 ? [] : [{ account, debit: Math.max(amount, 0), credit: Math.max(-amount, 0) }];
  });
}
