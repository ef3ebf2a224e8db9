import { Processor } from '@nestjs/bull';
import { Interval } from '@nestjs/schedule';
import { Clock, newId } from '#kernel';
import { Config, Eventually, correlation } from '#platform';
import { SandboxCharges } from './sandbox-charges.js';
import { SandboxEventRaised, SandboxEvents, type SandboxWebhook } from './sandbox-events.js';
import { SandboxGateway } from './sandbox-gateway.js';
import { SIGNATURE_HEADER, signWebhook } from './sandbox-signature.js';

/** Sends the gateway's events to us over HTTP, again and again until the answer is 2xx, as real gateways do. */
@Processor('payments')
export class SandboxWebhooksProcessor {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly charges: SandboxCharges,
    private readonly gateway: SandboxGateway,
    private readonly events: SandboxEvents,
  ) {}

  /** One after another, whatever the answers are. @throws Error when one was not taken: all of them come again */
  @Eventually(SandboxEventRaised, 'deliver-sandbox-webhook', 4)
  async deliver({ eventIds }: SandboxEventRaised): Promise<void> {
    const refused: number[] = [];
    for (const id of eventIds) {
      const event = await this.events.find(id);
      const status = await this.post(event!.payload);
      await this.events.delivered(id, status);
      if (status < 200 || status > 299) refused.push(status);
    }
    if (refused.length > 0) throw new Error(`the merchant answered ${refused.join(', ')}; the webhook is sent again`);
  }

  /** What was put off until now: transfers arrive, delayed webhooks leave. */
  @Interval(500)
  async wake(): Promise<void> {
    for (const id of await this.charges.arrived()) await this.gateway.succeed(id);
    await this.events.releaseDue();
  }

  private async post(event: SandboxWebhook): Promise<number> {
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
    await answer.body?.cancel();
    return answer.status;
  }
}
