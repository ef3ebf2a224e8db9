import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Clock, newId } from '#kernel';
import { correlation } from '../logging/correlation.js';
import { PubSub } from '../redis/pub-sub.js';
import { Database } from './database.js';
import type { BoundStatement } from './hot-pool.js';

/** A class of facts. `type` is what the outbox stores, past tense: `order.paid`. Its instances are plain data. */
export interface EventType<E extends object = object> {
  new (...args: never[]): E;
  readonly type: string;
}

type Listener = (events: object[]) => Promise<void>;

interface Listening {
  event: EventType;
  together: boolean;
}

const ATOMICALLY = Symbol('atomically');

/**
 * The method runs inside the transaction that publishes the event: both are kept, or neither is. Use it where a
 * library above must be right at the same instant (tickets when an order is paid); for everything else `@Eventually`.
 */
export function Atomically(event: EventType): MethodDecorator {
  return listening(event, false);
}

/** The same for a method that takes all events that were published together, as a list: what can be done at once is. */
export function AtomicallyTogether(event: EventType): MethodDecorator {
  return listening(event, true);
}

function listening(event: EventType, together: boolean): MethodDecorator {
  return (target, property) => {
    const methods =
      (Reflect.getMetadata(ATOMICALLY, target) as Map<string | symbol, Listening> | undefined) ??
      new Map<string | symbol, Listening>();
    methods.set(property, { event, together });
    Reflect.defineMetadata(ATOMICALLY, methods, target);
  };
}

/** The channel that wakes the relay of the outbox. */
export const OUTBOX_CHANNEL = 'outbox';

/**
 * Facts about the domain. Publishing writes an outbox row in the open transaction and runs the `@Atomically`
 * listeners in it; after the commit a worker turns the row into jobs for the `@Eventually` methods.
 */
@Injectable()
export class DomainEvents implements OnModuleInit {
  private readonly listeners = new Map<string, Listener[]>();

  constructor(
    private readonly database: Database,
    private readonly pubSub: PubSub,
    private readonly clock: Clock,
    private readonly discovery: DiscoveryService,
  ) {}

  onModuleInit(): void {
    for (const { instance } of this.discovery.getProviders()) {
      if (!instance || typeof instance !== 'object') continue;
      const methods = Reflect.getMetadata(ATOMICALLY, Object.getPrototypeOf(instance) as object) as
        Map<string, Listening> | undefined;
      for (const [property, { event, together }] of methods ?? []) {
        const method = (instance as Record<string, (told: object) => Promise<void>>)[property]!.bind(instance);
        const listener: Listener = together ? method : async (events) => await oneByOne(events, method);
        this.listeners.set(event.type, [...(this.listeners.get(event.type) ?? []), listener]);
      }
    }
  }

  /**
   * For a batch on the hot pool: the statement that writes the event's row. The relay finds it within a second.
   * @throws Error for an event that somebody wants `@Atomically`: such a listener needs the transaction of `Database`
   */
  publication(event: object): BoundStatement {
    const { type } = event.constructor as EventType;
    if (this.listeners.has(type)) throw new Error(`${type} has listeners that want the transaction`);
    return {
      name: 'publish-event',
      text: `INSERT INTO outbox (id, type, payload, correlation_id, created_at) VALUES ($1, $2, $3, $4, $5)`,
      values: [newId(), type, JSON.stringify(event), correlation.id() ?? newId(), this.clock.now()],
    };
  }

  /** @throws Error when no transaction is open: an event without its change, or a change without its event, is a bug */
  async publish(event: object): Promise<void> {
    await this.publishAll([event]);
  }

  /** Several events of one type, in one statement. @see publish */
  async publishAll(events: object[]): Promise<void> {
    if (events.length === 0) return;
    const { type } = events[0]!.constructor as EventType;
    if (!this.database.inTransaction) throw new Error(`${type} was published outside a transaction`);
    await this.database.query(
      `INSERT INTO outbox (id, type, payload, correlation_id, created_at)
       SELECT id, $2, payload, $4, $5 FROM unnest($1::uuid[], $3::jsonb[]) AS event (id, payload)`,
      [
        events.map(() => newId()),
        type,
        events.map((event) => JSON.stringify(event)),
        correlation.id() ?? newId(),
        this.clock.now(),
      ],
    );
    this.database.afterCommit(() => this.pubSub.publish(OUTBOX_CHANNEL, type));
    for (const listener of this.listeners.get(type) ?? []) await listener(events);
  }
}

async function oneByOne(events: object[], method: (event: object) => Promise<void>): Promise<void> {
  for (const event of events) await method(event);
}
