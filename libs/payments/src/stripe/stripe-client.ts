import type Stripe from 'stripe';
import type { Config } from '#platform';

/** A passenger waits for the page: once more after this long, then the check-out is asked for again. */
const TIMEOUT_MS = 10_000;

/** Stripe's official library, talking to Stripe or to STRIPE_API_BASE. Loaded only where Stripe takes the money. */
export async function stripeClient(config: Config, timeoutMs = TIMEOUT_MS): Promise<Stripe> {
  const { default: Client } = await import('stripe');
  const base = config.STRIPE_API_BASE === undefined ? undefined : new URL(config.STRIPE_API_BASE);
  return new Client(config.STRIPE_SECRET_KEY!, {
    timeout: timeoutMs,
    maxNetworkRetries: 1,
    telemetry: false,
    appInfo: { name: 'Holdfast' },
    ...(base && {
      protocol: base.protocol === 'http:' ? 'http' : 'https',
      host: base.hostname,
      port: base.port || (base.protocol === 'http:' ? 80 : 443),
    }),
  });
}
