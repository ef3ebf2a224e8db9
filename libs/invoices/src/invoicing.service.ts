import { Injectable } from '@nestjs/common';
import type { FindOptionsWhere } from 'typeorm';
import { Clock, newId } from '#kernel';
import { Database, sqlState } from '#platform';
import { OrganizationsService, BookablesService } from '#catalogue';
import { Refund } from '#payments';
import { Order } from '#reservations';
import { type Content, contentOfReversals, contentOfSale } from './invoice-lines.js';
import { Invoice, InvoiceKind, type InvoiceSubject, type Seller, labelOf } from './invoice.entity.js';
import { ReversalsService } from './journal/reversals.service.js';
import { type Reversal, SoldLines } from './journal/sold-lines.js';

/** What is corrected, and why. */
type Correction = Pick<Invoice, 'correctedId' | 'refundId' | 'exchangeId' | 'lossId'>;
type Draft = Content & Correction & Pick<Invoice, 'kind' | 'orderId' | 'subject'>;
/** What is documented once: of an order its invoice, and each reason to correct it. */
type Occasion = Partial<Omit<Correction, 'correctedId'>> & Partial<Pick<Invoice, 'orderId' | 'kind'>>;

const NO_CORRECTION: Correction = { correctedId: null, refundId: null, exchangeId: null, lossId: null };

/** Issues invoices of paid orders and credit notes of refunds, each once, with numbers without gaps. */
@Injectable()
export class InvoicingService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly organizations: OrganizationsService,
    private readonly bookables: BookablesService,
    private readonly sold: SoldLines,
    private readonly reversals: ReversalsService,
  ) {}

  /** The invoice of a paid order, the same one every time; none when there was nothing to pay. */
  async invoice(orderId: string): Promise<Invoice | undefined> {
    const order = await this.database.repository(Order).findOneByOrFail({ id: orderId });
    if (order.paidAt === null || order.totalMinor === 0) return undefined;
    return await this.once({ orderId, kind: InvoiceKind.INVOICE }, async () => {
      const content = contentOfSale(await this.sold.of(orderId));
      const subject = await this.subject(order, { payments: await this.payments(orderId) });
      return await this.issue(order, { kind: InvoiceKind.INVOICE, orderId, ...NO_CORRECTION, subject, ...content });
    });
  }

  /** The credit note of a refund, the same one every time; none for money that never paid for anything. */
  async creditNote(refundId: string): Promise<Invoice | undefined> {
    const refund = await this.database.repository(Refund).findOneByOrFail({ id: refundId });
    if (refund.reference === null) return undefined;
    return await this.correct(refund.reference, { refundId }, () => this.sold.takenBackBy(refund));
  }

  /** The credit note for tickets that were given for those of another order, the same one every time. */
  async exchangeNote(orderId: string): Promise<Invoice | undefined> {
    const { exchangeOf, number } = await this.database.repository(Order).findOneByOrFail({ id: orderId });
    if (exchangeOf === null) return undefined;
    const exchanged = (): Promise<Reversal[]> => this.sold.exchangedFor(orderId);
    return await this.correct(exchangeOf, { exchangeId: orderId }, exchanged, { exchangedFor: number });
  }

  /** The credit notes for unused tickets of which a bank took the money back, one for each loss, the same ones every time. */
  async lossNotes(paymentId: string): Promise<Invoice[]> {
    const notes: Invoice[] = [];
    for (const loss of await this.reversals.lossesOf(paymentId)) {
      const lost = (): Promise<Reversal[]> => this.reversals.takenBackBy(loss);
      const note = await this.correct(loss.orderId, { lossId: loss.id }, lost, { isChargedBack: true });
      if (note) notes.push(note);
    }
    return notes;
  }

  /** An invoice is always there before it is corrected. */
  private async correct(
    orderId: string,
    occasion: Occasion,
    takenBack: () => Promise<Reversal[]>,
    why: Partial<InvoiceSubject> = {},
  ): Promise<Invoice | undefined> {
    const corrected = await this.invoice(orderId);
    if (!corrected) return undefined;
    const content = contentOfReversals(await takenBack());
    if (content.totalMinor === 0) return undefined;
    const order = await this.database.repository(Order).findOneByOrFail({ id: orderId });
    return await this.once(occasion, async () => {
      const subject = await this.subject(order, { corrected: referenceTo(corrected), ...why });
      const correction = { orderId, ...NO_CORRECTION, correctedId: corrected.id, ...occasion };
      return await this.issue(order, { kind: InvoiceKind.CREDIT_NOTE, ...correction, subject, ...content });
    });
  }

  /** Two at once: the unique index refuses the second, and with it the number that it took. */
  private async once(occasion: Occasion, issue: () => Promise<Invoice>): Promise<Invoice> {
    const which = occasion as FindOptionsWhere<Invoice>;
    const find = async (): Promise<Invoice | null> => await this.database.repository(Invoice).findOneBy(which);
    const before = await find();
    if (before) return before;
    try {
      return await issue();
    } catch (error) {
      const first = sqlState(error) === '23505' ? await find() : null;
      if (!first) throw error;
      return first;
    }
  }

  /** Everything is read before: the number is held for two statements. */
  private async issue({ organizationId, name, email, currency }: Order, draft: Draft): Promise<Invoice> {
    const seller = await this.seller(organizationId);
    return await this.database.transaction(async () => {
      const number = await this.nextNumber(organizationId, draft.kind);
      const invoice: Invoice = {
        id: newId(),
        organizationId,
        number,
        issuedAt: this.clock.now(),
        currency,
        seller,
        buyer: { name, email },
        ...draft,
      };
      await this.database.repository(Invoice).insert(invoice);
      return invoice;
    });
  }

  /** The row is locked until the commit: the next one waits, and takes this number again if it comes to nothing. */
  private async nextNumber(organizationId: string, kind: InvoiceKind): Promise<number> {
    const [counter] = await this.database.query<{ number: number }>(
      `INSERT INTO invoice_counters AS c (organization_id, kind, last_number) VALUES ($1, $2, 1)
       ON CONFLICT (organization_id, kind) DO UPDATE SET last_number = c.last_number + 1 RETURNING last_number AS number`,
      [organizationId, kind],
    );
    return counter!.number;
  }

  private async seller(organizationId: string): Promise<Seller> {
    const { legalName, name, address, taxNumber, country, email, timeZone } =
      await this.organizations.get(organizationId);
    return { name: legalName ?? name, address, taxNumber, country, email, timeZone };
  }

  private async subject(
    { number, bookableId, paidAt, taxIncluded }: Order,
    more: Partial<InvoiceSubject>,
  ): Promise<InvoiceSubject> {
    const { title } = await this.bookables.get(bookableId);
    return {
      orderNumber: number,
      title,
      paidAt: paidAt!.toISOString(),
      taxIncluded,
      payments: [],
      corrected: null,
      exchangedFor: null,
      isChargedBack: false,
      ...more,
    };
  }

  private async payments(orderId: string): Promise<InvoiceSubject['payments']> {
    const rows = await this.database.query<Omit<InvoiceSubject['payments'][number], 'at'> & { at: Date }>(
      `SELECT p.provider, p.provider_reference AS reference, coalesce(p.settled_at, p.created_at) AS at, a.applied_minor AS "amountMinor"
       FROM payment_applications a JOIN payments p ON p.id = a.payment_id WHERE a.reference = $1 AND a.applied_minor > 0 ORDER BY 3, p.id`,
      [orderId],
    );
    return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
  }
}

function referenceTo(invoice: Invoice): InvoiceSubject['corrected'] {
  return { number: labelOf(invoice), issuedAt: invoice.issuedAt.toISOString() };
}
