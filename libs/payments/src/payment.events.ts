/** The provider took exactly what was asked. */
export class PaymentCaptured {
  static readonly type = 'payment.captured';
  constructor(
    readonly paymentId: string,
    readonly reference: string,
  ) {}
}

/** Money has to go back; a job asks the provider. */
export class RefundRequested {
  static readonly type = 'refund.requested';
  constructor(readonly refundId: string) {}
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
