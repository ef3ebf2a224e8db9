/** What a provider's webhook said, in our words. `other` is kept and has no effect. */
export type ProviderEventType =
  /** Money came in, perhaps in part, perhaps more than was asked. */
  | 'captured'
  | 'declined'
  /** Nothing can be paid on it any more, and nothing was. */
  | 'voided'
  | 'refund-succeeded'
  | 'refund-failed'
  /** The payer's bank has taken the money back, until the dispute is decided. */
  | 'disputed'
  | 'dispute-won'
  | 'dispute-lost'
  | 'other';

export interface ProviderEvent {
  /** The provider's id of the event: the same event may come many times. */
  eventId: string;
  type: ProviderEventType;
  /** The provider's id of the payment. */
  providerReference: string;
  /**
   * In minor units. `captured`: ALL that has come in on this payment so far, parts added up, so that several events
   * about the same money, in any order, count it once. `refund-…`: of that refund. `dispute…`: what the bank has taken.
   */
  amountMinor: number;
  /** ISO 4217, in which it came in. */
  currency: string;
  /** For refunds: the `key` with which it was asked for, when the provider tells it, or else the provider's id of it. */
  refund?: { key?: string; providerReference: string };
}

export interface WebhookRequest {
  rawBody: Buffer;
  headers: Record<string, string | string[] | undefined>;
}

/** What is asked of a provider. */
export interface PaymentToOpen {
  /** Ours: the same key gives the same payment. */
  key: string;
  amountMinor: number;
  currency: string;
  description: string;
}

/** What is known of a dispute; of several the gravest. */
export interface ProviderDispute {
  state: 'OPEN' | 'WON' | 'LOST';
  /** What the payer's bank has taken, in minor units: until it is decided, or for good when it is LOST. */
  amountMinor: number;
}

/** How a payment stands at the provider. */
export interface ProviderPayment {
  state: 'OPEN' | 'CAPTURED' | 'DECLINED' | 'VOIDED';
  /** What came in so far, in minor units; 0 while it is open. */
  capturedMinor: number;
  currency: string;
  dispute?: ProviderDispute;
}

/** How a refund stands. */
export interface ProviderRefund {
  providerReference: string;
  state: 'PENDING' | 'SUCCEEDED' | 'FAILED';
}

/** The provider said no for good: another try would get the same answer. What it does not answer at all is any other error. */
export class ProviderRefusal extends Error {}

/** Somebody who takes money for us. Calls go over a network: never make one while a transaction is open. */
export abstract class PaymentProvider {
  abstract readonly name: string;

  /** Opens a payment and says where the passenger pays. @throws ProviderRefusal */
  abstract open(payment: PaymentToOpen): Promise<{ providerReference: string; payUrl: string }>;

  /** Asks how a payment stands, and its dispute, for what no webhook has told us. */
  abstract find(providerReference: string): Promise<ProviderPayment>;

  /** Makes sure that nothing can be paid on it any more. What was captured stays captured: read the answer. */
  abstract void(providerReference: string): Promise<ProviderPayment>;

  /** Pays back, a part or all. The same `key` pays back once. @throws ProviderRefusal */
  abstract refund(refund: { key: string; providerReference: string; amountMinor: number }): Promise<ProviderRefund>;

  /** Asks how a refund stands. */
  abstract findRefund(refund: { key: string; providerReference: string }): Promise<ProviderRefund>;

  /**
   * `undefined` when the signature is wrong or too old. It may have to ask the provider which payment is meant.
   * @throws BAD_USER_INPUT for what is signed but makes no sense
   */
  abstract readWebhook(request: WebhookRequest): Promise<ProviderEvent | undefined> | ProviderEvent | undefined;
}
