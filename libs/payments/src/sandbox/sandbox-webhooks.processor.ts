import { Processor } from '@nestjs/bull';
import { Clock, newId } from '#kernel';
import { Config, Eventually, correlation } from '#platform';
import { SandboxEventRaised } from './sandbox-gateway.js';
import { SIGNATURE_HEADER, signWebhook } from './sandbox-provider.js';

/** Sends the gateway's events to us over HTTP, again and again until the answer is 2xx, as real gateways do. */
@Processor('payments')
export class SandboxWebhooksProcessor {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  @Eventually(SandboxEventRaised, 'deliver-sandbox-webhook', 4)
  async deliver(event: SandboxEventRaised): Promise<void> {
    const body = JSON.stringify(event);
    const answer = await fetch(`${this.config.publicUrl}/webhooks/payments/sandbox`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        // The log shows the whole way of a payment under one id.
        'x-request-id': correlation.id() ?? newId(),
        [SIGNATURE_HEADER]: signWebhook(this.config.SANDBOX_WEBHOOK_SECRET!, body, this.clock.now()),
      },
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(`the merchant answered ${answer.status}; the webhook is sent again`);
  }
}
