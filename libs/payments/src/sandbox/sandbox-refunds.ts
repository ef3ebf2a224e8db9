import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Database } from '#platform';
import { ProviderRefusal } from '../payment-provider.js';
import { type Charge, SandboxCharges } from './sandbox-charges.js';
import { SandboxEvents } from './sandbox-events.js';
import { SandboxModes } from './sandbox-modes.js';

/** `PENDING → SUCCEEDED | FAILED`, `SUCCEEDED → FAILED`: a bank may send money back that was paid out. */
export interface SandboxRefund {
  id: string;
  key: string;
  chargeId: string;
  amountMinor: number;
  state: 'PENDING' | 'SUCCEEDED' | 'FAILED';
}

const COLUMNS = `id, idempotency_key AS key, charge_id AS "chargeId", amount_minor AS "amountMinor", state`;

/** The gateway's book of refunds. */
@Injectable()
export class SandboxRefunds {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly charges: SandboxCharges,
    private readonly events: SandboxEvents,
    private readonly modes: SandboxModes,
  ) {}

  /** The same key pays back once. @throws ProviderRefusal when more would go back than is there */
  async refund(key: string, chargeId: string, amountMinor: number): Promise<SandboxRefund> {
    return await this.database.transaction(async () => {
      const charge = await this.charges.lock(chargeId);
      const before = await this.find(key);
      if (before && (before.chargeId !== chargeId || before.amountMinor !== amountMinor))
        throw new ProviderRefusal('The sandbox has another refund under this key.');
      if (before) return before;
      const refused = refusal(charge, amountMinor);
      if (refused) throw new ProviderRefusal(`The sandbox refuses to refund ${chargeId}: ${refused}.`);
      return await this.insert(key, charge!, amountMinor);
    });
  }

  async find(key: string): Promise<SandboxRefund | undefined> {
    return await this.read(`WHERE idempotency_key = $1`, key);
  }

  async of(chargeId: string): Promise<SandboxRefund[]> {
    return await this.database.query<SandboxRefund>(
      `SELECT ${COLUMNS} FROM sandbox_refunds WHERE charge_id = $1 ORDER BY created_at, id`,
      [chargeId],
    );
  }

  /** Ends a refund that is pending, or takes one back that had succeeded. @returns `undefined` for an unknown one */
  async settle(id: string, state: 'SUCCEEDED' | 'FAILED'): Promise<SandboxRefund | undefined> {
    return await this.database.transaction(async () => {
      const known = await this.read(`WHERE id = $1`, id);
      const charge = known && (await this.charges.lock(known.chargeId));
      const refund = await this.read(`WHERE id = $1 FOR UPDATE`, id);
      if (!charge || !refund) return undefined;
      if (refund.state === 'FAILED' || refund.state === state) return refund;
      await this.database.query(`UPDATE sandbox_refunds SET state = $2 WHERE id = $1`, [id, state]);
      if (state === 'FAILED') await this.count(charge.id, -refund.amountMinor);
      return await this.tell(charge, { ...refund, state });
    });
  }

  private async insert(key: string, charge: Charge, amountMinor: number): Promise<SandboxRefund> {
    const { refunds } = charge.mode;
    const state = refunds === 'pending' ? 'PENDING' : refunds === 'fail-next' ? 'FAILED' : 'SUCCEEDED';
    const refund: SandboxRefund = { id: `re_${newId()}`, key, chargeId: charge.id, amountMinor, state };
    await this.database.query(
      `INSERT INTO sandbox_refunds (idempotency_key, id, charge_id, amount_minor, state, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
      [key, refund.id, charge.id, amountMinor, state, this.clock.now()],
    );
    if (state === 'FAILED') await this.modes.set(charge.id, { ...charge.mode, refunds: 'at-once' });
    else await this.count(charge.id, amountMinor);
    return await this.tell(charge, refund);
  }

  private async count(chargeId: string, moreMinor: number): Promise<void> {
    await this.database.query(`UPDATE sandbox_charges SET refunded_minor = refunded_minor + $2 WHERE id = $1`, [
      chargeId,
      moreMinor,
    ]);
  }

  private async tell(charge: Charge, refund: SandboxRefund): Promise<SandboxRefund> {
    const { id, key, amountMinor, state } = refund;
    if (state !== 'PENDING') {
      const kind = state === 'SUCCEEDED' ? 'refund.succeeded' : 'refund.failed';
      await this.events.record(charge, { kind, amountMinor, currency: charge.capturedCurrency!, refund: { id, key } });
    }
    return refund;
  }

  private async read(where: string, value: string): Promise<SandboxRefund | undefined> {
    const [refund] = await this.database.query<SandboxRefund>(`SELECT ${COLUMNS} FROM sandbox_refunds ${where}`, [
      value,
    ]);
    return refund;
  }
}

function refusal(charge: Charge | undefined, amountMinor: number): string | undefined {
  if (charge?.state !== 'SUCCEEDED') return 'nothing was paid on it';
  if (charge.dispute === 'OPEN' || charge.dispute === 'LOST') return 'the bank of the payer has the money';
  if (charge.refundedMinor + amountMinor > charge.capturedMinor) return 'more would go back than came in';
  return undefined;
}
