import { Module } from '@nestjs/common';
import { PaymentProvider } from './payment-provider.js';
import { PaymentsService } from './payments.service.js';
import { RefundsProcessor } from './refunds.processor.js';
import { RefundsService } from './refunds.service.js';
import { SandboxGateway } from './sandbox/sandbox-gateway.js';
import { SandboxProvider } from './sandbox/sandbox-provider.js';
import { SandboxWebhooksProcessor } from './sandbox/sandbox-webhooks.processor.js';
import { SandboxController } from './sandbox/sandbox.controller.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksService } from './webhooks.service.js';

@Module({
  controllers: [WebhooksController, SandboxController],
  providers: [
    PaymentsService,
    RefundsService,
    WebhooksService,
    SandboxGateway,
    { provide: PaymentProvider, useClass: SandboxProvider },
  ],
  exports: [PaymentsService, RefundsService],
})
export class PaymentsModule {}

/** What works off jobs. */
@Module({ imports: [PaymentsModule], providers: [RefundsProcessor, SandboxWebhooksProcessor] })
export class PaymentsWorkerModule {}
