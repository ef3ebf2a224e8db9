import { newId } from '#kernel';
import type { Principal } from '#identity';
import { TaxCategory, TaxRatesService } from '#catalogue';
import { PaymentsService, type Refund } from '#payments';
import { CancellationsService, TicketsService } from '#tickets';
import { WebhooksService } from '../../libs/payments/src/webhooks.service.js';
import type { ProviderEvent } from '../../libs/payments/src/payment-provider.js';
import type { TestApplication } from './application.js';
import { generousOrganization } from './booking.js';

const ADMIN: Principal = { userId: newId(), isAdmin: true, memberships: [] };

type Terms = Parameters<typeof generousOrganization>[1];

/** An organization that can write invoices: 20 % VAT in its prices, a fee of 1.50 a place, if nothing else is said. */
export async function taxedOrganization(application: TestApplication, terms: Terms = {}): Promise<string> {
  const { id } = await generousOrganization(application, {
    country: 'GB',
    legalName: 'Test Coaches Ltd',
    address: '1 Station Road\nLondon\nN1 9AA',
    taxNumber: 'GB123456789',
    feeMinor: 150,
    ...terms,
  });
  await taxRate(application, id, 2000);
  return id;
}

export async function taxRate(application: TestApplication, organizationId: string, rateBps: number): Promise<string> {
  const category = rateBps === 0 ? TaxCategory.Z : TaxCategory.S;
  const rate = { country: 'GB', name: 'VAT', rateBps, category, isDefault: rateBps === 2000 };
  return (await application.get(TaxRatesService).create(organizationId, rate)).id;
}

/** What a payment provider would tell, told by a test. */
export class Till {
  constructor(private readonly application: TestApplication) {}

  /** Money for the newest payment of an order, or another one. @returns the payment's id */
  async pay(orderId: string, amountMinor?: number, { currency = 'GBP', payment = 0 } = {}): Promise<string> {
    const one = (await this.application.get(PaymentsService).of(orderId))[payment]!;
    await this.tell(one.id, { type: 'captured', amountMinor: amountMinor ?? one.amountMinor, currency });
    return one.id;
  }

  async tell(paymentId: string, event: Pick<ProviderEvent, 'type'> & Partial<ProviderEvent>): Promise<void> {
    const [payment] = await this.application.database.query<{ provider: string; reference: string }>(
      `SELECT provider, provider_reference AS reference FROM payments WHERE id = $1`,
      [paymentId],
    );
    await this.application.get(WebhooksService).apply(payment!.provider, {
      eventId: newId(),
      providerReference: payment!.reference,
      amountMinor: 0,
      currency: 'GBP',
      ...event,
    });
  }

  async refunds(orderId: string): Promise<Refund[]> {
    return await this.application.database.query<Refund>(
      `SELECT r.id, r.payment_id AS "paymentId", r.amount_minor AS "amountMinor", r.state, r.attempts, r.reason, r.reference
       FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE p.reference = $1 ORDER BY r.id`,
      [orderId],
    );
  }

  /** The provider has paid back, or could not. */
  async settle(
    { id, paymentId, attempts }: Refund,
    type: 'refund-succeeded' | 'refund-failed' = 'refund-succeeded',
  ): Promise<void> {
    await this.tell(paymentId, {
      type,
      refund: { key: `${id}:${attempts}`, providerReference: `re-${id}-${attempts}` },
    });
  }

  /** The payer's bank has taken what is left of a payment, for good. */
  async lose(paymentId: string): Promise<void> {
    const [payment] = await this.application.database.query<{ left: number }>(
      `SELECT (captured_minor - coalesce((SELECT sum(amount_minor) FROM refunds r WHERE r.payment_id = p.id AND r.state IN ('SENT', 'SUCCEEDED')), 0))::integer AS left
       FROM payments p WHERE id = $1`,
      [paymentId],
    );
    await this.tell(paymentId, { type: 'dispute-lost', amountMinor: payment!.left });
  }

  /** Gives tickets of an order back, by their places in it. */
  async giveBack(orderId: string, ...places: number[]): Promise<void> {
    const tickets = await this.application.get(TicketsService).ofOrder(orderId);
    const ticketIds = places.map((place) => tickets[place]!.id);
    await this.application.get(CancellationsService).cancel(ADMIN, { ticketIds });
  }
}
