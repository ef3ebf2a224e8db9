import { Injectable } from '@nestjs/common';
import type { EntityTarget, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { Database } from '#platform';
import { PromosService } from '#promos';
import { Inventory } from './inventory/inventory.js';
import { Order } from './order.entity.js';
import { Reservation } from './reservation.entity.js';

/** An order and what it is about; the rows of both are locked. */
export interface Sale {
  order: Order;
  reservation: Reservation;
}

/**
 * The one order of locks, so that nobody waits in a circle:
 *
 * 1. all reservations that the transaction will change, by id; a reservation stands for all that is of it alone: its
 *    order, tickets, payments, refunds and idempotency keys
 * 2. promos, by id
 * 3. inventories, by id: seats, areas and the counters of tiers are below them
 *
 * What is left out is not locked; but nobody goes back to a step, or to an earlier one.
 */
@Injectable()
export class Locks {
  constructor(
    private readonly database: Database,
    private readonly promos: PromosService,
    private readonly inventory: Inventory,
  ) {}

  async reservations(ids: string[]): Promise<Reservation[]> {
    return await this.locked(Reservation, 'target.id = ANY(:ids)', { ids }).getMany();
  }

  /** Of these orders, and of those whose tickets are given for them. @returns those that were asked for */
  async orders(orderIds: string[]): Promise<Sale[]> {
    const reservations = await this.locked(
      Reservation,
      `target.id IN (SELECT reservation_id FROM orders WHERE id IN (
         SELECT unnest(:orderIds::uuid[]) UNION SELECT exchange_of FROM orders WHERE id = ANY(:orderIds)))`,
      { orderIds },
    ).getMany();
    const byId = new Map(reservations.map((reservation) => [reservation.id, reservation]));
    const orders = await this.locked(Order, 'target.id = ANY(:orderIds)', { orderIds }).getMany();
    return orders.map((order) => ({ order, reservation: byId.get(order.reservationId)! }));
  }

  /** Everything, for whoever will need it all. */
  async whole(orderIds: string[]): Promise<void> {
    await this.orders(orderIds);
    await this.shared(orderIds);
  }

  /** What these orders share with others: their promos, then their inventories, and those of the tickets given for them. */
  async shared(orderIds: string[]): Promise<void> {
    await this.promos.lockOf(orderIds);
    const bookables = await this.database.query<{ id: string }>(
      `SELECT bookable_id AS id FROM orders WHERE id IN (
         SELECT unnest($1::uuid[]) UNION SELECT exchange_of FROM orders WHERE id = ANY($1::uuid[]))`,
      [orderIds],
    );
    await this.inventory.lock(bookables.map(({ id }) => id));
  }

  /** Rows that refer to these may be written meanwhile: no key changes. */
  private locked<Row extends ObjectLiteral>(
    entity: EntityTarget<Row>,
    which: string,
    parameters: ObjectLiteral,
  ): SelectQueryBuilder<Row> {
    return this.database
      .repository(entity)
      .createQueryBuilder('target')
      .where(which, parameters)
      .orderBy('target.id')
      .setLock('for_no_key_update');
  }
}
