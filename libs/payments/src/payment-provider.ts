/** What a provider's webhook said, in our words. */
export interface ProviderEvent {
  /** The provider's id of the event: the same event may come many times. */
  eventId: string;
  type: 'captured' | 'declined' | 'other';
  providerReference: string;
  amountMinor: number;
  currency: string;
}

export interface WebhookRequest {
  rawBody: Buffer;
  headers: Record<string, string | string[] | undefined>;
}

/** Somebody who takes money for us. Calls go over a network: never make one while a transaction is open. */
export abstract class PaymentProvider {
  abstract readonly name: string;

  /** Opens a payment and says where the passenger pays. The same `key` gives the same payment. */
  abstract open(payment: {
    key: string;
    amountMinor: number;
    currency: string;
    description: string;
  }): Promise<{ providerReference: string; payUrl: string }>;

  /** Pays back. The same `key` pays back once. */
  abstract refund(refund: {
    key: string;
    providerReference: string;
    amountMinor: number;
  }): Promise<{ providerReference: string }>;

  /** `undefined` when the signature is wrong or too old. @throws BAD_USER_INPUT for what is signed but makes no sense */
  abstract readWebhook(request: WebhookRequest): ProviderEvent | undefined;
}
