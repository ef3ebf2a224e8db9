import { Process } from '@nestjs/bull';
import type { EventType } from '../database/domain-events.js';
import { correlation } from '../logging/correlation.js';
import type { Job } from 'bull';

export const EVENTUALLY = Symbol('eventually');

export interface Subscription {
  event: EventType;
  job: string;
}

/** What a job carries: the event's fields, and who asked. */
export interface EventJob<E> {
  eventId: string;
  correlationId: string;
  event: E;
}

/**
 * The method of a `@Processor(queue)` class that is called, as the job `job`, after an event was committed: at least
 * once, until it has not thrown. So it must give the same result when it runs again. Tries grow further apart. The
 * second argument is the id of the event, the same in every run.
 *
 * @example @Eventually(OrderPaid, 'render-tickets') async render(order: OrderPaid) { … }
 */
export function Eventually(event: EventType, job: string, concurrency = 1): MethodDecorator {
  return (target, property, descriptor: PropertyDescriptor) => {
    const subscriptions = (Reflect.getMetadata(EVENTUALLY, target.constructor) as Subscription[] | undefined) ?? [];
    Reflect.defineMetadata(EVENTUALLY, [...subscriptions, { event, job }], target.constructor);
    const handle = descriptor.value as (event: object, eventId: string) => Promise<unknown>;
    descriptor.value = async function run(this: object, { data }: Job<EventJob<object>>): Promise<void> {
      await correlation.run(data.correlationId, () => handle.call(this, data.event, data.eventId));
    };
    Process({ name: job, concurrency })(target, property, descriptor);
  };
}
