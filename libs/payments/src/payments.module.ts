import { Module } from '@nestjs/common';
import { Auditor } from '#platform';
import { PaymentsService } from './payments.service.js';
import { FundsService } from './funds.service.js';
import { PAYMENT_INVARIANTS } from './invariants.js';
import { PaymentLocks } from './payment-locks.js';
import { ProviderNews } from './provider-news.js';
import { ReconciliationSchedule } from './reconciliation-schedule.js';
import { ReconciliationService } from './reconciliation.service.js';
import { RefundsProcessor } from './refunds.processor.js';
import { RefundsService } from './refunds.service.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksService } from './webhooks.service.js';

/** Payments through whatever provider `PaymentProviderModule` chose. */
@Module({
  controllers: [WebhooksController],
  providers: [
    PaymentsService,
    RefundsService,
    FundsService,
    PaymentLocks,
    ProviderNews,
    ReconciliationService,
    WebhooksService,
  ],
  exports: [PaymentsService, FundsService, RefundsService, ReconciliationService, PaymentLocks],
})
export class PaymentsModule {
  constructor(auditor: Auditor) {
    auditor.register(PAYMENT_INVARIANTS);
  }
}

/** What works off jobs. */
@Module({ imports: [PaymentsModule], providers: [RefundsProcessor, ReconciliationSchedule] })
export class PaymentsWorkerModule {}
