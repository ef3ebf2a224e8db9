import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database, badInput } from '#platform';
import { type Charge, type PaymentMethod, SandboxCharges } from './sandbox-charges.js';
import { SandboxEvents } from './sandbox-events.js';

/** How long a bank transfer is on its way, unless it is settled from the panel. */
const TRANSFER_SECONDS = 5;
/** What the mode `more` or `less` makes of an amount. */
const DIFFERENCE_MINOR = 100;
const MOST_MINOR = 2_000_000_000;

/**
 * The other side of the sandbox: a payment gateway with books of its own, which needs no account. What the payer, the
 * payer's bank and the panel do to charges; each change and its event are one transaction. A method answers
 * `undefined` for a charge that is not there.
 */
@Injectable()
export class SandboxGateway {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly charges: SandboxCharges,
    private readonly events: SandboxEvents,
  ) {}

  /** On the pay page. Only an open charge can be paid; a transfer arrives later. */
  async pay(id: string, method: PaymentMethod): Promise<Charge | undefined> {
    return await this.change(id, async (charge) => {
      if (charge.state !== 'OPEN') return;
      await this.database.query(`UPDATE sandbox_charges SET method = $2 WHERE id = $1`, [id, method]);
      if (method !== 'bank-transfer') return await this.captureByMode(charge);
      const arrivesAt = new Date(this.clock.now().getTime() + TRANSFER_SECONDS * 1000);
      await this.database.query(`UPDATE sandbox_charges SET state = 'PROCESSING', arrives_at = $2 WHERE id = $1`, [
        id,
        arrivesAt,
      ]);
    });
  }

  /** The money comes in, as the charge's mode says. A charge that has any already stays as it is. */
  async succeed(id: string): Promise<Charge | undefined> {
    return await this.change(id, async (charge) => {
      if (charge.state !== 'SUCCEEDED') await this.captureByMode(charge);
    });
  }

  /** On the pay page: the payer does not want to, or the card is refused. */
  async decline(id: string): Promise<Charge | undefined> {
    return await this.change(id, async (charge) => {
      if (charge.state === 'OPEN') await this.end(charge, 'DECLINED');
    });
  }

  /** The payer's bank refuses, also a transfer that is on its way. */
  async refuse(id: string): Promise<Charge | undefined> {
    return await this.change(id, async (charge) => {
      if (charge.state === 'OPEN' || charge.state === 'PROCESSING') await this.end(charge, 'DECLINED');
    });
  }

  /** Nothing can be paid any more. What is on its way or came in already stays. */
  async void(id: string): Promise<Charge | undefined> {
    return await this.change(id, async (charge) => {
      if (charge.state === 'OPEN' || charge.state === 'DECLINED') await this.end(charge, 'VOIDED');
    });
  }

  /** Any amount comes in, beside what came in already. @throws BAD_USER_INPUT */
  async capture(id: string, amountMinor: number, currency: string | undefined): Promise<Charge | undefined> {
    return await this.change(id, async (charge) => {
      await this.add(charge, amountMinor, currency ?? charge.capturedCurrency ?? charge.currency);
    });
  }

  /** The payer's bank takes back what is left of the money. */
  async openDispute(id: string): Promise<Charge | undefined> {
    return await this.change(id, async (charge) => {
      if (charge.capturedMinor > charge.refundedMinor && charge.dispute === null) await this.dispute(charge, 'OPEN');
    });
  }

  /** @param won the money comes back to the merchant */
  async closeDispute(id: string, won: boolean): Promise<Charge | undefined> {
    return await this.change(id, async (charge) => {
      if (charge.dispute === 'OPEN') await this.dispute(charge, won ? 'WON' : 'LOST');
    });
  }

  private async change(id: string, work: (charge: Charge) => Promise<void>): Promise<Charge | undefined> {
    return await this.database.transaction(async () => {
      const charge = await this.charges.lock(id);
      if (charge) await work(charge);
      return charge && (await this.charges.find(id));
    });
  }

  private async captureByMode(charge: Charge): Promise<void> {
    const { amountMinor: asked, currency, mode } = charge;
    const half = Math.ceil(asked / 2);
    if (mode.capture === 'right') return await this.add(charge, asked, currency);
    if (mode.capture === 'more') return await this.add(charge, asked + DIFFERENCE_MINOR, currency);
    if (mode.capture === 'less') return await this.add(charge, Math.max(1, asked - DIFFERENCE_MINOR), currency);
    if (mode.capture === 'other-currency') return await this.add(charge, asked, currency === 'EUR' ? 'USD' : 'EUR');
    const begun = await this.add(charge, half, currency).then(() => this.charges.find(charge.id));
    if (asked > half) await this.add(begun!, asked - half, currency);
  }

  private async add(charge: Charge, amountMinor: number, currency: string): Promise<void> {
    const capturedMinor = charge.capturedMinor + amountMinor;
    if (charge.state === 'VOIDED') throw badInput('Nothing can be paid on a charge that is void.');
    if (charge.capturedCurrency !== null && charge.capturedCurrency !== currency)
      throw badInput(`The first part came in in ${charge.capturedCurrency}; so does the rest.`);
    if (capturedMinor > MOST_MINOR) throw badInput(`A charge takes ${MOST_MINOR} minor units at most.`);
    await this.database.query(
      `UPDATE sandbox_charges SET state = 'SUCCEEDED', captured_minor = $2, captured_currency = $3, method = coalesce(method, 'card') WHERE id = $1`,
      [charge.id, capturedMinor, currency],
    );
    await this.events.record(charge, { kind: 'charge.succeeded', amountMinor: capturedMinor, currency });
  }

  private async end(charge: Charge, state: 'DECLINED' | 'VOIDED'): Promise<void> {
    await this.database.query(`UPDATE sandbox_charges SET state = $2 WHERE id = $1`, [charge.id, state]);
    const { amountMinor, currency } = charge;
    const kind = state === 'DECLINED' ? 'charge.declined' : 'charge.voided';
    await this.events.record(charge, { kind, amountMinor, currency });
  }

  private async dispute(charge: Charge, dispute: 'OPEN' | 'WON' | 'LOST'): Promise<void> {
    const amountMinor = charge.capturedMinor - charge.refundedMinor;
    await this.database.query(`UPDATE sandbox_charges SET dispute = $2, disputed_minor = $3 WHERE id = $1`, [
      charge.id,
      dispute,
      amountMinor,
    ]);
    await this.events.record(charge, {
      kind: dispute === 'OPEN' ? 'dispute.opened' : dispute === 'WON' ? 'dispute.won' : 'dispute.lost',
      amountMinor,
      currency: charge.capturedCurrency!,
    });
  }
}
