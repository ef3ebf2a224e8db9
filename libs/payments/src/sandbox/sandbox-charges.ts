import { Injectable } from '@nestjs/common';
import { Batcher, Clock, newId } from '#kernel';
import { Database, busy } from '#platform';
import { type PaymentToOpen, ProviderRefusal } from '../payment-provider.js';
import { type SandboxMode, SandboxModes, readMode } from './sandbox-modes.js';

export const PAYMENT_METHODS = ['card', 'bank-transfer', 'wallet'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/**
 * A payment as the gateway keeps it. `OPEN → PROCESSING (a transfer is on its way) → SUCCEEDED | DECLINED`, `OPEN →
 * SUCCEEDED | DECLINED | VOIDED`, `DECLINED → SUCCEEDED | VOIDED`: the payer may find another card.
 */
export interface Charge {
  id: string;
  description: string;
  amountMinor: number;
  currency: string;
  state: 'OPEN' | 'PROCESSING' | 'SUCCEEDED' | 'DECLINED' | 'VOIDED';
  method: PaymentMethod | null;
  /** All that came in, parts added up. */
  capturedMinor: number;
  capturedCurrency: string | null;
  /** What went back, and what is on its way. */
  refundedMinor: number;
  dispute: 'OPEN' | 'WON' | 'LOST' | null;
  /** What the payer's bank took, when it began or was decided. */
  disputedMinor: number;
  mode: SandboxMode;
  createdAt: Date;
}

type Opened = Pick<Charge, 'id' | 'amountMinor' | 'currency'>;

const COLUMNS = `id, description, amount_minor AS "amountMinor", currency, state, method, captured_minor AS "capturedMinor",
  captured_currency AS "capturedCurrency", refunded_minor AS "refundedMinor", dispute, disputed_minor AS "disputedMinor", mode, created_at AS "createdAt"`;

/** The gateway's book of charges. */
@Injectable()
export class SandboxCharges {
  private readonly openings: Batcher<PaymentToOpen, Opened>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly modes: SandboxModes,
  ) {
    this.openings = new Batcher((payments) => this.openAll(payments), {
      most: 100,
      lanes: 1,
      mostWaiting: 5_000,
      key: ({ key }) => key,
      overflow: () => busy(),
    });
  }

  /** The same key gives the same charge. @throws ProviderRefusal when the key was used for another one */
  async open(payment: PaymentToOpen): Promise<Opened> {
    const charge = await this.openings.submit(payment);
    if (charge.amountMinor !== payment.amountMinor || charge.currency !== payment.currency)
      throw new ProviderRefusal('The sandbox has another charge under this key.');
    return charge;
  }

  private async openAll(payments: PaymentToOpen[]): Promise<Opened[]> {
    const keys = payments.map(({ key }) => key);
    await this.database.query(
      `INSERT INTO sandbox_charges (id, idempotency_key, description, amount_minor, currency, state, mode, created_at)
       SELECT p.*, 'OPEN', $6, $7 FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::text[]) AS p
       ON CONFLICT (idempotency_key) DO NOTHING`,
      [
        keys.map(() => `ch_${newId()}`),
        keys,
        payments.map(({ description }) => description),
        payments.map(({ amountMinor }) => amountMinor),
        payments.map(({ currency }) => currency),
        JSON.stringify(await this.modes.current()),
        this.clock.now(),
      ],
    );
    const opened = await this.database.query<Opened & { key: string }>(
      `SELECT id, amount_minor AS "amountMinor", currency, idempotency_key AS key FROM sandbox_charges WHERE idempotency_key = ANY($1::text[])`,
      [keys],
    );
    return keys.map((key) => opened.find((one) => one.key === key)!);
  }

  async find(id: string): Promise<Charge | undefined> {
    const [charge] = await this.read(`WHERE id = $1`, [id]);
    return charge;
  }

  /** For a change, in the open transaction. */
  async lock(id: string): Promise<Charge | undefined> {
    const [charge] = await this.read(`WHERE id = $1 FOR UPDATE`, [id]);
    return charge;
  }

  /** The newest first. */
  async latest(count: number): Promise<Charge[]> {
    return await this.read(`ORDER BY created_at DESC, id DESC LIMIT $1`, [count]);
  }

  /** Transfers that have arrived by now. */
  async arrived(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM sandbox_charges WHERE state = 'PROCESSING' AND arrives_at <= $1 ORDER BY arrives_at LIMIT 100`,
      [this.clock.now()],
    );
    return rows.map(({ id }) => id);
  }

  private async read(where: string, parameters: unknown[]): Promise<Charge[]> {
    const charges = await this.database.query<Charge>(`SELECT ${COLUMNS} FROM sandbox_charges ${where}`, parameters);
    return charges.map((charge) => ({ ...charge, mode: readMode(charge.mode) }));
  }
}
