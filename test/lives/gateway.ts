import type { Clock } from '#kernel';
import {
  PaymentProvider,
  type PaymentToOpen,
  type ProviderEvent,
  type ProviderEventType,
  type ProviderPayment,
  type ProviderRefund,
  ProviderRefusal,
} from '../../libs/payments/src/payment-provider.js';
import { Dice } from '../model/dice.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The network did not bring an answer, or the process was killed while it waited for one. */
export class Unanswered extends Error {}

export interface GatewayRefund {
  id: string;
  key: string;
  amountMinor: number;
  state: 'PENDING' | 'SUCCEEDED' | 'FAILED';
}

export interface Charge {
  /** In the order in which they were opened: the same in every run of a seed. */
  index: number;
  id: string;
  key: string;
  amountMinor: number;
  currency: string;
  /** `PROCESSING`: a transfer that is on its way and cannot be stopped. */
  state: 'OPEN' | 'PROCESSING' | 'CAPTURED' | 'DECLINED' | 'VOIDED';
  capturedMinor: number;
  capturedCurrency: string;
  dispute: 'OPEN' | 'WON' | 'LOST' | null;
  /** What the payer's bank has taken back for good. */
  lostMinor: number;
  refunds: GatewayRefund[];
  /** How many refunds of it fail before one succeeds. */
  failures: number;
  dice: Dice;
  events: number;
  /** It pays back what the bank has left of a charge; others refuse that, too. */
  isKind: boolean;
}

/** An event on its way to us. */
export interface Letter {
  charge: Charge;
  event: ProviderEvent;
  /** When it comes, as often as it comes, in ms of the virtual clock. */
  at: number[];
}

/**
 * The payment network: it has books of its own and is not in our hands. What it does is decided by dice of each charge,
 * so the order in which we ask about several of them changes nothing.
 */
export class Gateway {
  readonly charges: Charge[] = [];
  private readonly byId = new Map<string, Charge>();
  private readonly byRefund = new Map<string, { charge: Charge; refund: GatewayRefund }>();
  private worlds = 0;
  /** Told to the harness, which brings them to us. */
  onLetter: (letter: Letter) => void = () => undefined;
  /** Told to the harness, which lets them happen. */
  onLater: (inMs: number, what: string, happen: () => void) => void = () => undefined;
  tell: (line: string) => void = () => undefined;
  /** Of a hundred calls so many are not answered: half of them before anything happened, half of them after. */
  silence = 0;

  constructor(
    private readonly clock: Clock,
    private seed: number,
  ) {}

  /** Each world has charges, numbers and dice of its own; what was opened before stays known. */
  begin(seed: number): void {
    this.seed = seed;
    this.worlds += 1;
    this.charges.length = 0;
  }

  /** Takes the place of a provider at its own edge. */
  standInFor(provider: PaymentProvider): void {
    provider.open = async (payment) => await this.call(`open`, this.openOnce(payment), (charge) => this.opened(charge));
    provider.find = async (id) => await this.call('find', this.get(id), standing);
    provider.void = async (id) => await this.call('void', this.get(id), (charge) => this.void(charge));
    provider.refund = async ({ key, providerReference, amountMinor }) =>
      await this.call('refund', this.get(providerReference), (charge) => this.refund(charge, key, amountMinor));
    provider.findRefund = async ({ key }) => {
      const known = this.byRefund.get(key);
      if (!known) throw new ProviderRefusal(`no refund ${key}`);
      return await this.call('find refund', known.charge, () => answer(known.refund));
    };
  }

  find(id: string | null): Charge | undefined {
    return id === null ? undefined : this.byId.get(id);
  }

  /** Money comes in. */
  capture(charge: Charge, amountMinor: number, currency = charge.currency): void {
    if (charge.state === 'VOIDED' || charge.dispute === 'LOST') return;
    if (charge.capturedMinor > 0 && charge.capturedCurrency !== currency) return;
    charge.state = 'CAPTURED';
    charge.capturedMinor += amountMinor;
    charge.capturedCurrency = currency;
    this.tell(`gateway: ${name(charge)} has ${charge.capturedMinor} ${currency} now`);
    this.send(charge, 'captured', charge.capturedMinor);
  }

  processing(charge: Charge): void {
    if (charge.state === 'OPEN' || charge.state === 'DECLINED') charge.state = 'PROCESSING';
  }

  decline(charge: Charge): void {
    if (charge.state !== 'OPEN' && charge.state !== 'PROCESSING') return;
    charge.state = 'DECLINED';
    this.tell(`gateway: ${name(charge)} is declined`);
    this.send(charge, 'declined', 0);
  }

  dispute(charge: Charge): boolean {
    if (charge.state !== 'CAPTURED' || charge.dispute !== null || left(charge) === 0) return false;
    charge.dispute = 'OPEN';
    this.tell(`gateway: ${name(charge)} is disputed`);
    this.send(charge, 'disputed', left(charge));
    return true;
  }

  decide(charge: Charge, isWon: boolean): void {
    if (charge.dispute !== 'OPEN') return;
    const taken = left(charge);
    charge.dispute = isWon ? 'WON' : 'LOST';
    if (!isWon) charge.lostMinor = taken;
    this.tell(`gateway: the dispute about ${name(charge)} is ${isWon ? 'won' : 'lost'}`);
    this.send(charge, isWon ? 'dispute-won' : 'dispute-lost', taken);
  }

  /** A bank sends back what was paid out to it. */
  bounce(charge: Charge): void {
    const refund = charge.refunds.find(({ state }) => state === 'SUCCEEDED');
    if (!refund) return;
    this.tell(`gateway: a refund of ${name(charge)} comes back`);
    this.settle(charge, refund, 'FAILED');
  }

  private async call<T>(what: string, charge: Charge, work: (charge: Charge) => T): Promise<T> {
    await Promise.resolve();
    const roll = charge.dice.upTo(200);
    if (roll < this.silence) {
      this.tell(`gateway: ${what} ${name(charge)}: nothing happens, no answer`);
      throw new Unanswered(`${what}: no answer`);
    }
    const result = work(charge);
    if (roll < 2 * this.silence) {
      this.tell(`gateway: ${what} ${name(charge)}: done, but no answer`);
      throw new Unanswered(`${what}: done, but no answer`);
    }
    this.tell(`gateway: ${what} ${name(charge)}: ${charge.state} ${charge.capturedMinor}`);
    return result;
  }

  private openOnce({ key, amountMinor, currency }: PaymentToOpen): Charge {
    const known = this.charges.find((charge) => charge.key === key);
    if (known) return known;
    const index = this.charges.length;
    const charge: Charge = {
      index,
      id: `charge_${this.worlds}_${index}`,
      key,
      amountMinor,
      currency,
      state: 'OPEN',
      capturedMinor: 0,
      capturedCurrency: currency,
      dispute: null,
      lostMinor: 0,
      refunds: [],
      failures: 0,
      dice: Dice.of(this.seed, 1000 + index),
      events: 0,
      isKind: false,
    };
    charge.failures = charge.dice.percent(25) ? charge.dice.between(1, 3) : 0;
    charge.isKind = charge.dice.percent(50);
    this.charges.push(charge);
    return charge;
  }

  private opened(charge: Charge): { providerReference: string; payUrl: string } {
    this.byId.set(charge.id, charge);
    return { providerReference: charge.id, payUrl: `https://gateway.test/${charge.id}` };
  }

  private get(id: string): Charge {
    const charge = this.byId.get(id);
    if (!charge) throw new ProviderRefusal(`no charge ${id}`);
    return charge;
  }

  private void(charge: Charge): ProviderPayment {
    // The payer is at it in this very moment.
    if (charge.state === 'OPEN' && charge.dice.percent(10)) this.capture(charge, charge.amountMinor);
    if (charge.state === 'OPEN' || charge.state === 'DECLINED') {
      charge.state = 'VOIDED';
      this.send(charge, 'voided', 0);
    }
    return standing(charge);
  }

  private refund(charge: Charge, key: string, amountMinor: number): ProviderRefund {
    const known = charge.refunds.find((one) => one.key === key);
    if (known) return answer(known);
    if (charge.dispute === 'OPEN' || (charge.dispute === 'LOST' && !charge.isKind))
      throw new ProviderRefusal('the bank has the money');
    if (amountMinor > left(charge)) throw new ProviderRefusal('more would go back than came in');
    const id = `refund_${charge.id}_${charge.refunds.length}`;
    const refund: GatewayRefund = { id, key, amountMinor, state: 'PENDING' };
    charge.refunds.push(refund);
    this.byRefund.set(key, { charge, refund });
    const fails = charge.failures > 0;
    if (fails) charge.failures -= 1;
    const end = (): void => {
      if (refund.state === 'PENDING') this.settle(charge, refund, fails ? 'FAILED' : 'SUCCEEDED');
    };
    if (charge.dice.percent(40)) this.onLater(charge.dice.between(1, 48) * HOUR, `refund of ${name(charge)}`, end);
    else end();
    return answer(refund);
  }

  private settle(charge: Charge, refund: GatewayRefund, state: 'SUCCEEDED' | 'FAILED'): void {
    refund.state = state;
    this.send(charge, state === 'SUCCEEDED' ? 'refund-succeeded' : 'refund-failed', refund.amountMinor, refund);
  }

  /** On its way: at once or late, once, twice, or never. */
  private send(charge: Charge, type: ProviderEventType, amountMinor: number, refund?: GatewayRefund): void {
    const { dice } = charge;
    charge.events += 1;
    const now = this.clock.now().getTime();
    const late = (): number =>
      now + (dice.percent(60) ? dice.upTo(2 * MINUTE) : dice.percent(80) ? dice.upTo(HOUR) : dice.upTo(30 * HOUR));
    const isLost = dice.percent(25);
    const times = isLost ? 0 : dice.percent(25) ? 2 : 1;
    if (isLost) this.tell(`gateway: the webhook ${type} of ${name(charge)} is lost`);
    const event: ProviderEvent = {
      eventId: `event_${charge.id}_${charge.events}`,
      type,
      providerReference: charge.id,
      amountMinor,
      currency: charge.capturedCurrency,
      refund: refund && { key: refund.key, providerReference: refund.id },
    };
    this.onLetter({ charge, event, at: Array.from({ length: times }, late) });
  }
}

export const name = ({ index }: Charge): string => `charge ${index}`;

/** What could still be paid back of it. */
const left = ({ capturedMinor, refunds, lostMinor }: Charge): number =>
  capturedMinor - lostMinor - sum(refunds.filter(({ state }) => state !== 'FAILED'));

export const paidBack = ({ refunds }: Charge): number => sum(refunds.filter(({ state }) => state === 'SUCCEEDED'));

const sum = (refunds: GatewayRefund[]): number => refunds.reduce((all, { amountMinor }) => all + amountMinor, 0);

const answer = ({ id, state }: GatewayRefund): ProviderRefund => ({ providerReference: id, state });

function standing(charge: Charge): ProviderPayment {
  const { state, capturedMinor, capturedCurrency, dispute, lostMinor } = charge;
  return {
    state: state === 'PROCESSING' ? 'OPEN' : state,
    capturedMinor,
    currency: capturedCurrency,
    ...(dispute && { dispute: { state: dispute, amountMinor: dispute === 'LOST' ? lostMinor : left(charge) } }),
  };
}
