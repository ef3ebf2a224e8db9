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

  /** Books a fact in its own transaction, once. Nothing is booked when nothing moves. */
  async book({ key, kind, orderId, paymentId, refundId, currency }: Fact, amounts: Amounts): Promise<void> {
    // In the order of the chart.
    const lines = Object.values(Account).flatMap((account) => {
      const amount = amounts[account] ?? 0;
      return amount === 0 ? [] : [{ account, debit: Math.max(amount, 0), credit: Math.max(-amount, 0) }];
    });
    if (lines.length === 0) return;
    const [booked] = await this.database.query(
      `WITH entry AS (
         INSERT INTO journal_entries (id, organization_id, kind, currency, at, order_id, payment_id, refund_id, key)
         SELECT $1, o.organization_id, $2, $3, $4, o.id, $6, $7, $8 FROM orders o WHERE o.id = $5
         ON CONFLICT (key) DO NOTHING RETURNING id)
       INSERT INTO journal_lines (entry_id, position, account, debit_minor, credit_minor)
       SELECT entry.id, line.position - 1, line.account, line.debit, line.credit
       FROM entry, unnest($9::text[], $10::integer[], $11::integer[]) WITH ORDINALITY AS line (account, debit, credit, position)
       RETURNING position`,
      [
        newId(),
        kind,
        currency,
        this.clock.now(),
        orderId,
        paymentId ?? null,
        refundId ?? null,
        key,
        lines.map(({ account }) => account),
        lines.map(({ debit }) => debit),
        lines.map(({ credit }) => credit),
      ],
    );
    if (booked) return;
    const [before] = await this.database.query(`SELECT FROM journal_entries WHERE key = $1`, [key]);
    if (!before) throw new Error(`${key} cannot be booked: there is no order ${orderId}`);
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
}
