import type { TestApplication } from './application.js';

/** Debits are more than 0, credits less. */
export type Entry = [kind: string, amounts: Record<string, number>];

/** What the journal says of orders. */
export class Books {
  constructor(private readonly application: TestApplication) {}

  /** In the order in which they were booked. */
  async entriesOf(...orderIds: string[]): Promise<Entry[]> {
    const entries = await this.application.database.query<{ kind: string; amounts: Record<string, number> }>(
      `SELECT e.kind, jsonb_object_agg(l.account, l.debit_minor - l.credit_minor) AS amounts
       FROM journal_entries e JOIN journal_lines l ON l.entry_id = e.id WHERE e.order_id = ANY($1) GROUP BY e.id ORDER BY e.id`,
      [orderIds],
    );
    return entries.map(({ kind, amounts }) => [kind, amounts]);
  }

  /** By account; those that are 0 are left out. */
  async balancesOf(...orderIds: string[]): Promise<Record<string, number>> {
    const balances: Record<string, number> = {};
    for (const [, amounts] of await this.entriesOf(...orderIds))
      for (const [account, amount] of Object.entries(amounts)) balances[account] = (balances[account] ?? 0) + amount;
    return Object.fromEntries(Object.entries(balances).filter(([, amount]) => amount !== 0));
  }
}
