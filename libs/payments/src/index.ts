export { type Bill, FundsService, type Part } from './funds.service.js';
export {
  PaymentApplied,
  PaymentCaptured,
  PaymentChargedBack,
  PaymentDisputed,
  RefundBounced,
  RefundRequested,
  RefundSettled,
} from './payment.events.js';
export { PAYMENT_MOVES, Payment, PaymentApplication, PaymentState } from './payment.entity.js';
export { PaymentLocks } from './payment-locks.js';
export { PaymentProviderModule } from './payment-provider.module.js';
export { PaymentsModule, PaymentsWorkerModule } from './payments.module.js';
export { PaymentsService } from './payments.service.js';
export { ReconciliationService } from './reconciliation.service.js';
export { REFUND_MOVES, Refund, RefundReason, RefundState } from './refund.entity.js';
export { RefundsService } from './refunds.service.js';
