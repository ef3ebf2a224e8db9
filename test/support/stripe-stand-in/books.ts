import { invalid, missing } from './api-error.js';
import {
  type Charge,
  type Dispute,
  type Intent,
  type Refund,
  type Session,
  type StripeEvent,
  eventOf,
  newStripeId,
  nowSeconds,
} from './shapes.js';

const DAY_SECONDS = 86_400;

/** What Stripe keeps, what payers and banks do, and the events that come of it. */
export class StripeBooks {
  readonly sessions = new Map<string, Session>();
  readonly intents = new Map<string, Intent>();
  readonly refunds = new Map<string, Refund>();
  readonly disputes = new Map<string, Dispute>();
  /** In the order in which they happened. */
  readonly events: StripeEvent[] = [];
  /** How refunds begin: banks of some methods take days. */
  refundsBegin: 'succeeded' | 'pending' = 'succeeded';
  private readonly intentMetadata = new Map<string, Record<string, string>>();

  constructor(private readonly payBase: () => string) {}

  open(
    given: Pick<
      Session,
      'amount_total' | 'currency' | 'metadata' | 'client_reference_id' | 'success_url' | 'cancel_url'
    >,
    intentMetadata: Record<string, string>,
  ): Session {
    const id = newStripeId('cs_test');
    const created = nowSeconds();
    const session: Session = {
      id,
      object: 'checkout.session',
      amount_subtotal: given.amount_total,
      ...given,
      created,
      expires_at: created + DAY_SECONDS,
      livemode: false,
      mode: 'payment',
      payment_intent: null,
      payment_status: 'unpaid',
      status: 'open',
      ui_mode: 'hosted_page',
      url: `${this.payBase()}/c/pay/${id}`,
    };
    this.sessions.set(id, session);
    this.intentMetadata.set(id, intentMetadata);
    return session;
  }

  /** By us, or by the clock. @throws ApiError unless it is open */
  expire(id: string): Session {
    const session = this.session(id);
    if (session.status !== 'open')
      throw invalid(`Only Checkout Sessions with a status in ["open"] can be expired. This one is ${session.status}.`);
    Object.assign(session, { status: 'expired', url: null });
    this.tell('checkout.session.expired', session);
    return session;
  }

  /** With a card: the money is there at once. */
  pay(id: string): void {
    const intent = this.confirm(id, 'succeeded');
    this.tell('payment_intent.succeeded', intent);
    this.complete(id, 'paid');
  }

  /** The payer's card is refused; the page stays open for another one. */
  declineCard(id: string): void {
    this.tell('payment_intent.payment_failed', this.confirm(id, 'requires_payment_method'));
  }

  /** A bank debit: complete for the payer, and the money takes days. */
  beginTransfer(id: string): void {
    this.confirm(id, 'processing');
    this.complete(id, 'unpaid');
  }

  endTransfer(id: string, arrives: boolean): void {
    const session = this.session(id);
    const intent = this.intent(session.payment_intent!);
    Object.assign(intent, arrives ? received(intent) : { status: 'requires_payment_method' });
    if (arrives) session.payment_status = 'paid';
    this.tell(arrives ? 'payment_intent.succeeded' : 'payment_intent.payment_failed', intent);
    this.tell(`checkout.session.async_payment_${arrives ? 'succeeded' : 'failed'}`, session);
  }

  /** Through the API, or by somebody in the dashboard. @throws ApiError */
  refund(intentId: string, amount: number | undefined, metadata: Record<string, string> = {}): Refund {
    const intent = this.intent(intentId);
    if (intent.latest_charge === null)
      throw invalid(`This PaymentIntent (${intentId}) does not have a successful charge to refund.`);
    const left = intent.amount_received - this.refunded(intentId);
    if (left === 0)
      throw invalid(`Charge ${intent.latest_charge} has already been refunded.`, 'charge_already_refunded');
    if (this.isTaken(intentId))
      throw invalid(`Charge ${intent.latest_charge} has been charged back.`, 'charge_disputed');
    if ((amount ?? left) > left)
      throw invalid(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`);
    const refund: Refund = {
      id: newStripeId('re'),
      object: 'refund',
      amount: amount ?? left,
      charge: intent.latest_charge,
      created: nowSeconds(),
      currency: intent.currency,
      metadata,
      payment_intent: intentId,
      status: this.refundsBegin,
    };
    this.refunds.set(refund.id, refund);
    this.tell('refund.created', refund);
    this.tell('charge.refunded', this.charge(intent)!);
    return refund;
  }

  /** The bank has paid it out, or sent it back. */
  endRefund(id: string, status: 'succeeded' | 'failed'): void {
    const refund = this.refunds.get(id)!;
    refund.status = status;
    this.tell(status === 'failed' ? 'refund.failed' : 'refund.updated', refund);
  }

  dispute(sessionId: string, status: Dispute['status'] = 'needs_response'): Dispute {
    const intent = this.intent(this.session(sessionId).payment_intent!);
    const dispute: Dispute = {
      id: newStripeId('du'),
      object: 'dispute',
      amount: intent.amount_received,
      charge: intent.latest_charge!,
      created: nowSeconds(),
      currency: intent.currency,
      livemode: false,
      metadata: {},
      payment_intent: intent.id,
      reason: 'fraudulent',
      status,
    };
    this.disputes.set(dispute.id, dispute);
    this.tell('charge.dispute.created', dispute);
    return dispute;
  }

  moveDispute(id: string, status: Dispute['status']): void {
    const dispute = this.disputes.get(id)!;
    const before = dispute.status;
    dispute.status = status;
    const isClosed = status === 'won' || status === 'lost' || status === 'warning_closed';
    this.tell(`charge.dispute.${isClosed ? 'closed' : 'updated'}`, dispute, { status: before });
  }

  session(id: string): Session {
    const session = this.sessions.get(id);
    if (!session) throw missing('checkout.session', id);
    return session;
  }

  intent(id: string): Intent {
    const intent = this.intents.get(id);
    if (!intent) throw missing('payment_intent', id);
    return intent;
  }

  /** The latest one, if any came in. */
  charge({ id, amount_received, created, currency, latest_charge }: Intent): Charge | null {
    if (latest_charge === null) return null;
    const amount_refunded = this.refunded(id);
    return {
      id: latest_charge,
      object: 'charge',
      amount: amount_received,
      amount_captured: amount_received,
      amount_refunded,
      captured: true,
      created,
      currency,
      disputed: [...this.disputes.values()].some(({ payment_intent }) => payment_intent === id),
      livemode: false,
      paid: true,
      payment_intent: id,
      refunded: amount_refunded === amount_received,
      status: 'succeeded',
    };
  }

  private confirm(id: string, status: Intent['status']): Intent {
    const session = this.session(id);
    if (session.status !== 'open') throw new Error(`the page of a session that is ${session.status} takes no payment`);
    const intent: Intent = this.intents.get(session.payment_intent ?? '') ?? {
      id: newStripeId('pi'),
      object: 'payment_intent',
      amount: session.amount_total,
      amount_received: 0,
      created: nowSeconds(),
      currency: session.currency,
      latest_charge: null,
      livemode: false,
      metadata: this.intentMetadata.get(id)!,
      status,
    };
    Object.assign(intent, status === 'succeeded' ? received(intent) : { status });
    this.intents.set(intent.id, intent);
    session.payment_intent = intent.id;
    return intent;
  }

  private complete(id: string, payment_status: Session['payment_status']): void {
    const session = Object.assign(this.session(id), { status: 'complete', payment_status, url: null });
    this.tell('checkout.session.completed', session);
  }

  private refunded(intentId: string): number {
    const refunds = [...this.refunds.values()].filter(
      (one) => one.payment_intent === intentId && one.status !== 'failed',
    );
    return refunds.reduce((sum, { amount }) => sum + amount, 0);
  }

  private isTaken(intentId: string): boolean {
    return [...this.disputes.values()].some(
      ({ payment_intent, status }) =>
        payment_intent === intentId && ['needs_response', 'under_review', 'lost'].includes(status),
    );
  }

  private tell(type: string, object: object, previous?: object): void {
    this.events.push(eventOf(type, object, previous));
  }
}

function received(intent: Intent): Partial<Intent> {
  return { status: 'succeeded', amount_received: intent.amount, latest_charge: newStripeId('ch') };
}
