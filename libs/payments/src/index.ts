export { PaymentCaptured, RefundSettled } from './payment.events.js';
export { Payment, PaymentState } from './payment.entity.js';
export { PaymentsModule, PaymentsWorkerModule } from './payments.module.js';
export { PaymentsService } from './payments.service.js';
export { Refund } from './refund.entity.js';
export { RefundsService } from './refunds.service.js';
