import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Clock } from '#kernel';
import { Config, badInput } from '#platform';
import {
  PaymentProvider,
  type PaymentToOpen,
  type ProviderEvent,
  type ProviderEventType,
  type ProviderPayment,
  type ProviderRefund,
  ProviderRefusal,
  type WebhookRequest,
} from '../payment-provider.js';
import { type Charge, SandboxCharges } from './sandbox-charges.js';
import type { SandboxEventKind } from './sandbox-events.js';
import { SandboxGateway } from './sandbox-gateway.js';
import { SandboxRefunds } from './sandbox-refunds.js';
import { SIGNATURE_HEADER, isSigned } from './sandbox-signature.js';

const name = z.string().regex(/^[\w.:#-]{1,150}$/);

/** What the gateway sends. A signature says who wrote it, not that it makes sense. */
const event = z.object({
  eventId: name,
  kind: name,
  chargeId: name,
  amountMinor: z.int32().positive(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  refund: z.object({ id: name, key: name }).optional(),
});

const TYPES: Record<SandboxEventKind, ProviderEventType> = {
  'charge.succeeded': 'captured',
  'charge.declined': 'declined',
  'charge.voided': 'voided',
  'refund.succeeded': 'refund-succeeded',
  'refund.failed': 'refund-failed',
  'dispute.opened': 'disputed',
  'dispute.won': 'dispute-won',
  'dispute.lost': 'dispute-lost',
};

const STATES: Record<Charge['state'], ProviderPayment['state']> = {
  OPEN: 'OPEN',
  PROCESSING: 'OPEN',
  SUCCEEDED: 'CAPTURED',
  DECLINED: 'DECLINED',
  VOIDED: 'VOIDED',
};

/** Our side of the sandbox gateway. */
@Injectable()
export class SandboxProvider extends PaymentProvider {
  readonly name = 'sandbox';

  constructor(
    private readonly charges: SandboxCharges,
    private readonly gateway: SandboxGateway,
    private readonly refunds: SandboxRefunds,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    super();
  }

  async open(payment: PaymentToOpen): Promise<{ providerReference: string; payUrl: string }> {
    const { id } = await this.charges.open(payment);
    return { providerReference: id, payUrl: `${this.config.publicUrl}/sandbox/pay/${id}` };
  }

  async find(providerReference: string): Promise<ProviderPayment> {
    return standing(providerReference, await this.charges.find(providerReference));
  }

  async void(providerReference: string): Promise<ProviderPayment> {
    return standing(providerReference, await this.gateway.void(providerReference));
  }

  async refund({
    key,
    providerReference,
    amountMinor,
  }: Parameters<PaymentProvider['refund']>[0]): Promise<ProviderRefund> {
    const { id, state } = await this.refunds.refund(key, providerReference, amountMinor);
    return { providerReference: id, state };
  }

  async findRefund({ key }: Parameters<PaymentProvider['findRefund']>[0]): Promise<ProviderRefund> {
    const refund = await this.refunds.find(key);
    if (!refund) throw new ProviderRefusal(`The sandbox knows no refund ${key}.`);
    return { providerReference: refund.id, state: refund.state };
  }

  readWebhook({ rawBody, headers }: WebhookRequest): ProviderEvent | undefined {
    const body = rawBody.toString();
    if (!isSigned(headers[SIGNATURE_HEADER], this.config.SANDBOX_WEBHOOK_SECRET!, body, this.clock.now()))
      return undefined;
    const { eventId, kind, chargeId, amountMinor, currency, refund } = parseEvent(body);
    const type = Object.hasOwn(TYPES, kind) ? TYPES[kind as SandboxEventKind] : 'other';
    return {
      eventId,
      type,
      providerReference: chargeId,
      amountMinor,
      currency,
      refund: refund && { key: refund.key, providerReference: refund.id },
    };
  }
}

function standing(id: string, charge: Charge | undefined): ProviderPayment {
  if (!charge) throw new ProviderRefusal(`The sandbox knows no charge ${id}.`);
  const { state, capturedMinor, capturedCurrency, currency, dispute, disputedMinor } = charge;
  return {
    state: STATES[state],
    capturedMinor,
    currency: capturedCurrency ?? currency,
    ...(dispute && { dispute: { state: dispute, amountMinor: disputedMinor } }),
  };
}

/** @throws BAD_USER_INPUT */
function parseEvent(body: string): z.infer<typeof event> {
  try {
    return event.parse(JSON.parse(body));
  } catch {
    throw badInput('This webhook is no event of the sandbox gateway.');
  }
}
