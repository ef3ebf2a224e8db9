import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Config, Database, DomainEvents } from '#platform';

/** A payment as the gateway keeps it. */
export interface Charge {
  id: string;
  description: string;
  amountMinor: number;
  currency: string;
  state: 'OPEN' | 'SUCCEEDED' | 'DECLINED';
}

/** The gateway has something to tell the merchant. */
export class SandboxEventRaised {
  static readonly type = 'sandbox-event.raised';
  constructor(
    readonly eventId: string,
    readonly kind: 'charge.succeeded' | 'charge.declined',
    readonly chargeId: string,
    readonly amountMinor: number,
    readonly currency: string,
  ) {}
}

/**
 * The other side of the sandbox: a payment gateway with books of its own, a pay page and signed webhooks, which needs
 * no account. Only the sandbox provider and the pay page talk to it.
 */
@Injectable()
export class SandboxGateway {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly events: DomainEvents,
  ) {}

  /** @param key makes the charge: the same key gives the same one */
  async open(
    key: string,
    amountMinor: number,
    currency: string,
    description: string,
  ): Promise<Charge & { payUrl: string }> {
    const id = `ch_${key}`;
    await this.database.query(
      `INSERT INTO sandbox_charges (id, description, amount_minor, currency, state, created_at) VALUES ($1, $2, $3, $4, 'OPEN', $5)
       ON CONFLICT (id) DO NOTHING`,
      [id, description, amountMinor, currency, this.clock.now()],
    );
    const charge = await this.find(id);
    return { ...charge!, payUrl: `${this.config.publicUrl}/sandbox/pay/${id}` };
  }

  async find(id: string): Promise<Charge | undefined> {
    const [charge] = await this.database.query<Charge>(
      `SELECT id, description, amount_minor AS "amountMinor", currency, state FROM sandbox_charges WHERE id = $1`,
      [id],
    );
    return charge;
  }

  /** The payer's decision. Only an open charge can be decided. */
  async decide(id: string, succeed: boolean): Promise<Charge | undefined> {
    return await this.database.transaction(async () => {
      const [decided] = await this.database.query<{ id: string }>(
        `UPDATE sandbox_charges SET state = $2 WHERE id = $1 AND state = 'OPEN' RETURNING id`,
        [id, succeed ? 'SUCCEEDED' : 'DECLINED'],
      );
      const charge = await this.find(id);
      if (decided && charge) {
        const kind = succeed ? 'charge.succeeded' : 'charge.declined';
        await this.events.publish(
          new SandboxEventRaised(`evt_${newId()}`, kind, id, charge.amountMinor, charge.currency),
        );
      }
      return charge;
    });
  }

  /** @throws Error when more would go back than came in */
  async refund(key: string, chargeId: string, amountMinor: number): Promise<{ id: string }> {
    return await this.database.transaction(async () => {
      const [refund] = await this.database.query<{ id: string }>(
        `INSERT INTO sandbox_refunds (idempotency_key, id, charge_id, amount_minor, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (idempotency_key) DO NOTHING RETURNING id`,
        [key, `re_${key}`, chargeId, amountMinor, this.clock.now()],
      );
      if (refund) {
        const [charge] = await this.database.query<{ id: string }>(
          `UPDATE sandbox_charges SET refunded_minor = refunded_minor + $2 WHERE id = $1 AND state = 'SUCCEEDED' RETURNING id`,
          [chargeId, amountMinor],
        );
        if (!charge) throw new Error(`the sandbox has no paid charge ${chargeId}`);
      }
      return { id: `re_${key}` };
    });
  }
}
