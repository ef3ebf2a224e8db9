import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Clock } from '#kernel';
import { Config, badInput } from '#platform';
import { PaymentProvider, type ProviderEvent, type WebhookRequest } from '../payment-provider.js';
import { SandboxGateway } from './sandbox-gateway.js';

export const SIGNATURE_HEADER = 'x-sandbox-signature';
/** An older signature is refused, so that a webhook that was overheard cannot be played again later. */
const SIGNATURE_MINUTES = 5;

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">` */
export function signWebhook(secret: string, body: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

const name = z.string().regex(/^[\w.-]{1,100}$/);

/** What the gateway sends. A signature says who wrote it, not that it makes sense. */
const event = z.object({
  eventId: name,
  kind: name,
  chargeId: name,
  amountMinor: z.int32().positive(),
  currency: z.string().regex(/^[A-Z]{3}$/),
});

/** Our side of the sandbox gateway. */
@Injectable()
export class SandboxProvider extends PaymentProvider {
  readonly name = 'sandbox';

  constructor(
    private readonly gateway: SandboxGateway,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    super();
  }

  async open({
    key,
    amountMinor,
    currency,
    description,
  }: Parameters<PaymentProvider['open']>[0]): ReturnType<PaymentProvider['open']> {
    const charge = await this.gateway.open(key, amountMinor, currency, description);
    return { providerReference: charge.id, payUrl: charge.payUrl };
  }

  async refund({
    key,
    providerReference,
    amountMinor,
  }: Parameters<PaymentProvider['refund']>[0]): ReturnType<PaymentProvider['refund']> {
    return { providerReference: (await this.gateway.refund(key, providerReference, amountMinor)).id };
  }

  readWebhook({ rawBody, headers }: WebhookRequest): ProviderEvent | undefined {
    const given = headers[SIGNATURE_HEADER];
    const seconds = typeof given === 'string' ? Number(/^t=(\d{1,12}),/.exec(given)?.[1]) : Number.NaN;
    if (typeof given !== 'string' || !Number.isFinite(seconds)) return undefined;
    const expected = Buffer.from(
      signWebhook(this.config.SANDBOX_WEBHOOK_SECRET!, rawBody.toString(), new Date(seconds * 1000)),
    );
    const signature = Buffer.from(given);
    const age = Math.abs(this.clock.now().getTime() / 1000 - seconds);
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected) || age > SIGNATURE_MINUTES * 60)
      return undefined;
    const { eventId, kind, chargeId, amountMinor, currency } = parseEvent(rawBody.toString());
    const type = kind === 'charge.succeeded' ? 'captured' : kind === 'charge.declined' ? 'declined' : 'other';
    return { eventId, type, providerReference: chargeId, amountMinor, currency };
  }
}

/** @throws BAD_USER_INPUT */
function parseEvent(body: string): z.infer<typeof event> {
  try {
    return event.parse(JSON.parse(body));
  } catch {
    throw badInput('This webhook is no event of the sandbox gateway.');
  }
}
