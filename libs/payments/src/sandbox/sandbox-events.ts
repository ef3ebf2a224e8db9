import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Database, DomainEvents } from '#platform';
import type { Charge } from './sandbox-charges.js';

export type SandboxEventKind =
  | 'charge.succeeded'
  | 'charge.declined'
  | 'charge.voided'
  | 'refund.succeeded'
  | 'refund.failed'
  | 'dispute.opened'
  | 'dispute.won'
  | 'dispute.lost';

/** The body of a webhook. `amountMinor` of a `charge.succeeded` is all that has come in so far. */
export interface SandboxWebhook {
  eventId: string;
  kind: SandboxEventKind;
  chargeId: string;
  amountMinor: number;
  currency: string;
  /** When it happened at the gateway, however late it is told. */
  occurredAt: string;
  refund?: { id: string; key: string };
}

/** `SENT`: handed to who sends; `UNTOLD`: nobody hears of it unless it is sent from the panel. */
export interface SandboxEvent {
  id: string;
  payload: SandboxWebhook;
  fate: 'SENT' | 'DELAYED' | 'HELD' | 'UNTOLD';
  /** How often it was sent, and what the merchant answered last. */
  deliveries: number;
  lastStatus: number | null;
}

/** The gateway has something to tell the merchant: these events, one after another. */
export class SandboxEventRaised {
  static readonly type = 'sandbox-event.raised';
  constructor(readonly eventIds: string[]) {}
}

const EVENT = `id, payload, fate, deliveries, last_status AS "lastStatus"`;

/** What happened at the gateway, and the telling of it: at once, later, twice, in another order, or never. */
@Injectable()
export class SandboxEvents {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: DomainEvents,
  ) {}

  /** In the transaction of what happened. The charge's mode says when it is told. */
  async record(
    { id: chargeId, mode }: Charge,
    event: Pick<SandboxWebhook, 'kind' | 'amountMinor' | 'currency' | 'refund'>,
  ): Promise<void> {
    const now = this.clock.now();
    const payload: SandboxWebhook = { eventId: `evt_${newId()}`, chargeId, ...event, occurredAt: now.toISOString() };
    const fate = fateOf(mode);
    const dueAt = fate === 'DELAYED' ? new Date(now.getTime() + mode.delaySeconds * 1000) : null;
    await this.database.query(
      `INSERT INTO sandbox_events (id, charge_id, payload, fate, due_at) VALUES ($1, $2, $3, $4, $5)`,
      [payload.eventId, chargeId, JSON.stringify(payload), fate, dueAt],
    );
    if (fate === 'SENT') await this.raise(asOften({ ...payload, isTwice: mode.webhooks === 'twice' }));
  }

  async of(chargeId: string): Promise<SandboxEvent[]> {
    return await this.database.query<SandboxEvent>(
      `SELECT ${EVENT} FROM sandbox_events WHERE charge_id = $1 ORDER BY number`,
      [chargeId],
    );
  }

  async find(id: string): Promise<SandboxEvent | undefined> {
    const [event] = await this.database.query<SandboxEvent>(`SELECT ${EVENT} FROM sandbox_events WHERE id = $1`, [id]);
    return event;
  }

  /** Sends an event, whatever became of it before. @returns its charge; `undefined` for an unknown event */
  async send(id: string, times: number): Promise<string | undefined> {
    return await this.database.transaction(async () => {
      const [event] = await this.taken(`WHERE id = $1`, [id]);
      if (event) await this.raise(Array.from({ length: times }, () => event));
      return event?.chargeId;
    });
  }

  /** Sends everything that ever happened to a charge. */
  async sendAll(chargeId: string, newestFirst: boolean): Promise<void> {
    await this.database.transaction(async () => {
      await this.raise(inOrder(await this.taken(`WHERE charge_id = $1`, [chargeId]), newestFirst));
    });
  }

  /** Lets go what is held back, of one charge or of all. @returns how many events */
  async release(chargeId: string | undefined, newestFirst: boolean): Promise<number> {
    return await this.database.transaction(async () => {
      const held = await this.taken(`WHERE fate = 'HELD' AND ($1::text IS NULL OR charge_id = $1)`, [chargeId ?? null]);
      await this.raise(inOrder(held, newestFirst));
      return held.length;
    });
  }

  /** Sends what was delayed until now. */
  async releaseDue(): Promise<void> {
    await this.database.transaction(async () => {
      for (const event of await this.taken(`WHERE due_at <= $1`, [this.clock.now()])) await this.raise(asOften(event));
    });
  }

  async delivered(id: string, status: number): Promise<void> {
    await this.database.query(`UPDATE sandbox_events SET deliveries = deliveries + 1, last_status = $2 WHERE id = $1`, [
      id,
      status,
    ]);
  }

  /** Nobody else sends them now. In the order in which they happened. */
  private async taken(where: string, parameters: unknown[]): Promise<Told[]> {
    return await this.database.query<Told>(
      `WITH sent AS (UPDATE sandbox_events SET fate = 'SENT', due_at = NULL ${where} RETURNING number, id, charge_id)
       SELECT sent.id AS "eventId", c.id AS "chargeId", c.mode->>'webhooks' = 'twice' AS "isTwice"
       FROM sent JOIN sandbox_charges c ON c.id = sent.charge_id ORDER BY number`,
      parameters,
    );
  }

  private async raise(events: Told[]): Promise<void> {
    if (events.length > 0) await this.events.publish(new SandboxEventRaised(events.map(({ eventId }) => eventId)));
  }
}

interface Told {
  eventId: string;
  chargeId: string;
  isTwice: boolean | null;
}

function asOften(event: Told): Told[] {
  return event.isTwice ? [event, event] : [event];
}

function fateOf({ webhooks, delaySeconds }: Charge['mode']): SandboxEvent['fate'] {
  if (webhooks === 'held') return 'HELD';
  if (webhooks === 'never') return 'UNTOLD';
  return delaySeconds > 0 ? 'DELAYED' : 'SENT';
}

function inOrder<T>(events: T[], newestFirst: boolean): T[] {
  return newestFirst ? events.toReversed() : events;
}
