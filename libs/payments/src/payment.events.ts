import type { RefundReason } from './refund.entity.js';

/** Money has come in: so much more than before. */
export class PaymentCaptured {
  static readonly type = 'payment.captured';
  constructor(
    readonly paymentId: string,
    readonly reference: string,
    readonly amountMinor: number,
    readonly currency: string,
  ) {}
}

/** A part of a payment pays for something now. Less than 0: it does no longer, and is open again. */
export class PaymentApplied {
  static readonly type = 'payment.applied';
  constructor(
    readonly paymentId: string,
    readonly reference: string,
    readonly amountMinor: number,
    readonly currency: string,
  ) {}
}

/** The payer's bank asks for the money back; nothing is decided. */
export class PaymentDisputed {
  static readonly type = 'payment.disputed';
  constructor(
    readonly paymentId: string,
    readonly reference: string,
  ) {}
}

/** The payer's bank has taken money back for good: so much more than was known before. Less than 0: it was less. */
export class PaymentChargedBack {
  static readonly type = 'payment.charged-back';
  constructor(
    readonly paymentId: string,
    readonly reference: string,
    readonly amountMinor: number,
    readonly currency: string,
  ) {}
}

/** Money has to go back; a job asks the provider. `reference` is null for money that never paid for anything. */
export class RefundRequested {
  static readonly type = 'refund.requested';
  constructor(
    readonly refundId: string,
    readonly paymentId: string,
    readonly reference: string | null,
    readonly amountMinor: number,
    readonly currency: string,
    readonly reason: RefundReason,
  ) {}
}

/** The provider has paid back. */
export class RefundSettled {
  static readonly type = 'refund.settled';
  constructor(
    readonly refundId: string,
    readonly reasonKey: string,
    readonly amountMinor: number,
    readonly currency: string,
  ) {}
}

/** The provider could not pay back what it had said it had: it is asked again later. */
export class RefundBounced {
  static readonly type = 'refund.bounced';
  constructor(
    readonly refundId: string,
    readonly amountMinor: number,
    readonly currency: string,
  ) {}
}
