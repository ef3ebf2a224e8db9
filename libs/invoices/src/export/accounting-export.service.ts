import { Injectable } from '@nestjs/common';
import { newId } from '#kernel';
import { Database, DownloadLinks, Storage, badInput } from '#platform';
import { DownloadLink } from '#tickets';
import { decimalOf, isoDate } from '../amounts.js';
import { InvoiceKind, labelOf } from '../invoice.entity.js';
import { Journal, type Span } from '../journal/journal.js';
import { ExportFormat } from './accounting.inputs.js';
import { type Cell, csvLine } from './csv.js';

const DAY_MS = 86_400_000;
const LONGEST_MS = 400 * DAY_MS;
/** Entries read at once. */
const PAGE = 2_000;

/** Where the files lie. Their names say when they were made. */
export const EXPORTS = 'exports/';

interface Movement {
  kind: InvoiceKind | 'PAYMENT' | 'REFUND';
  number: number | null;
  at: Date;
  order: string;
  customer: string;
  email: string;
  currency: string;
  net: number | null;
  tax: number | null;
  total: number;
  reference: string | null;
}

/** Everything that a bookkeeper wants of a span, by when it happened. What goes back is less than 0. */
const MOVEMENTS = `
  SELECT * FROM (
    SELECT i.kind, i.number, i.issued_at AS at, o.number AS order, i.buyer ->> 'name' AS customer, i.buyer ->> 'email' AS email, i.currency,
      s.sign * i.net_minor AS net, s.sign * i.tax_minor AS tax, s.sign * i.total_minor AS total,
      i.subject -> 'corrected' ->> 'number' AS reference, i.id
    FROM invoices i JOIN orders o ON o.id = i.order_id CROSS JOIN LATERAL (SELECT CASE i.kind WHEN 'INVOICE' THEN 1 ELSE -1 END AS sign) s
    WHERE i.organization_id = $1 AND i.issued_at >= $2 AND i.issued_at < $3
    UNION ALL
    SELECT CASE e.kind WHEN 'CAPTURE' THEN 'PAYMENT' ELSE 'REFUND' END, NULL, e.at, o.number, o.name, o.email, e.currency, NULL, NULL,
      l.debit_minor - l.credit_minor, p.provider_reference, e.id
    FROM journal_entries e JOIN journal_lines l ON l.entry_id = e.id AND l.account = 'PROVIDER'
    JOIN orders o ON o.id = e.order_id LEFT JOIN payments p ON p.id = e.payment_id
    WHERE e.organization_id = $1 AND e.at >= $2 AND e.at < $3) movement
  ORDER BY at, id`;

/** Files for book-keeping programs. */
@Injectable()
export class AccountingExport {
  constructor(
    private readonly database: Database,
    private readonly journal: Journal,
    private readonly storage: Storage,
    private readonly links: DownloadLinks,
  ) {}

  /** A link that works for some minutes. @throws BAD_USER_INPUT for a span that is too long or ends before it begins */
  async export(span: Span, format: ExportFormat): Promise<DownloadLink> {
    mustBeSpan(span);
    const body = format === ExportFormat.CSV ? await this.movements(span) : await this.entries(span);
    const key = `${EXPORTS}${span.organizationId}/${newId()}.csv`;
    await this.storage.put(key, { body: Buffer.from(body), contentType: 'text/csv; charset=utf-8' });
    const [from, to] = [isoDate(span.since, 'UTC'), isoDate(span.until, 'UTC')];
    const name = `${format === ExportFormat.CSV ? 'accounting' : 'journal'}-${from}-${to}.csv`;
    return Object.assign(new DownloadLink(), this.links.create(key, name));
  }

  private async movements({ organizationId, since, until }: Span): Promise<string> {
    const rows = await this.database.read<Movement>(MOVEMENTS, [organizationId, since, until]);
    const head = [
      'Date',
      'Type',
      'Number',
      'Order',
      'Customer',
      'E-mail',
      'Currency',
      'Net',
      'Tax',
      'Total',
      'Reference',
    ];
    return [
      csvLine(head),
      ...rows.map(({ at, kind, number, currency, ...row }) => {
        const amount = (minor: number | null): Cell => (minor === null ? null : { amount: decimalOf(minor, currency) });
        const isDocument = kind === InvoiceKind.INVOICE || kind === InvoiceKind.CREDIT_NOTE;
        const label = isDocument && number !== null ? labelOf({ kind, number }) : null;
        const sums = [amount(row.net), amount(row.tax), amount(row.total)];
        return csvLine([
          at.toISOString(),
          kind,
          label,
          row.order,
          row.customer,
          row.email,
          currency,
          ...sums,
          row.reference,
        ]);
      }),
    ].join('');
  }

  /** Whole entries only, so that the file balances. */
  private async entries(span: Span): Promise<string> {
    const lines = [
      csvLine(['Entry', 'Date', 'Type', 'Order', 'Payment', 'Refund', 'Account', 'Currency', 'Debit', 'Credit']),
    ];
    let page: Awaited<ReturnType<Journal['read']>>;
    let after: string | undefined;
    do {
      page = await this.journal.read(span, PAGE, after);
      for (const { id, at, kind, orderId, paymentId, refundId, currency, lines: sides } of page) {
        for (const { account, debitMinor, creditMinor } of sides) {
          const side = (minor: number): Cell => ({ amount: decimalOf(minor, currency) });
          const fact = [id, new Date(at).toISOString(), kind, orderId, paymentId, refundId];
          lines.push(csvLine([...fact, account, currency, side(debitMinor), side(creditMinor)]));
        }
      }
      after = page.at(-1)?.id;
    } while (page.length === PAGE);
    return lines.join('');
  }
}

/** @throws BAD_USER_INPUT */
export function mustBeSpan({ since, until }: Span): void {
  if (until <= since) throw badInput('until must be after since.', 'until');
  if (until.getTime() - since.getTime() > LONGEST_MS) throw badInput('A span has at most 400 days.', 'until');
}
