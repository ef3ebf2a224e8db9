import { type DynamicModule, Global, Module, type ModuleMetadata } from '@nestjs/common';
import { Clock } from '#kernel';
import { Config } from '#platform';
import { PaymentProvider } from './payment-provider.js';
import { SandboxActions } from './sandbox/sandbox-actions.js';
import { SandboxCharges } from './sandbox/sandbox-charges.js';
import { SandboxEvents } from './sandbox/sandbox-events.js';
import { SandboxGateway } from './sandbox/sandbox-gateway.js';
import { SandboxModes } from './sandbox/sandbox-modes.js';
import { SandboxPanelController } from './sandbox/sandbox-panel.controller.js';
import { SandboxProvider } from './sandbox/sandbox-provider.js';
import { SandboxRefunds } from './sandbox/sandbox-refunds.js';
import { SandboxWebhooksProcessor } from './sandbox/sandbox-webhooks.processor.js';
import { SandboxController } from './sandbox/sandbox.controller.js';
import { ReturnPagesController } from './stripe/return-pages.controller.js';
import { stripeClient } from './stripe/stripe-client.js';
import { StripeProvider } from './stripe/stripe-provider.js';

/** The provider that PAYMENT_PROVIDER says, with its pages. Of the others nothing is there, not even a route. */
@Global()
@Module({})
export class PaymentProviderModule {
  static with(config: Config): DynamicModule {
    const parts = config.usesSandbox ? sandbox(config) : stripe();
    return { module: PaymentProviderModule, exports: [PaymentProvider], ...parts };
  }
}

type Parts = Pick<ModuleMetadata, 'controllers' | 'providers'>;

function sandbox(config: Config): Parts {
  const gateway = [SandboxModes, SandboxCharges, SandboxEvents, SandboxGateway, SandboxRefunds, SandboxActions];
  return {
    controllers: [SandboxController, SandboxPanelController],
    providers: [
      ...gateway,
      { provide: PaymentProvider, useClass: SandboxProvider },
      ...(config.worksOffJobs ? [SandboxWebhooksProcessor] : []),
    ],
  };
}

function stripe(): Parts {
  const provider = {
    provide: PaymentProvider,
    inject: [Config, Clock],
    useFactory: async (config: Config, clock: Clock): Promise<PaymentProvider> =>
      new StripeProvider(await stripeClient(config), config, clock),
  };
  return { controllers: [ReturnPagesController], providers: [provider] };
}
