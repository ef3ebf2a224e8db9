import type { Market } from './market.js';
import { MONEY_CORRUPTIONS } from './money-corruptions.js';
import { PROMO_CORRUPTIONS } from './promo-corruptions.js';

/** Reservations of one trip, as `soundWorld` made them. */
export interface World {
  market: Market;
  /** Nobody has reserved it. */
  untouched: Market;
  /** Seat 0 of tier 1 and a place in area 0, on the legs from 1 to 3. */
  held: string;
  /** Seat 1, checked out. */
  pending: { id: string; orderId: string };
  /** Seat 2 of tier 1 and a place in area 0, on all legs, paid. */
  sold: { id: string; orderId: string; paymentId: string; ticketId: string; lines: string[]; tickets: string[] };
  /** Seat 3, paid and given back. */
  returned: { id: string; orderId: string; paymentId: string; refundId: string };
  /** Seat 4, cancelled. */
  cancelled: string;
}

export interface Corruption {
  what: string;
  sql: (world: World) => string;
  /** What the auditor says, in the order of its invariants: names, and every row of them. */
  finds: (world: World) => [invariant: string, subjects: string[]][];
}

const NOBODY = '00000000-0000-4000-8000-000000000000';
const cell = ({ market }: World, ordinal: number): string =>
  `WHERE bookable_id = '${market.bookableId}' AND ordinal = ${ordinal}`;
const seatOf = ({ market: { bookableId } }: World, ordinal: number): string =>
  `bookable ${bookableId} ordinal ${ordinal}`;
const update = (table: string, id: string, what: string): string => `UPDATE ${table} SET ${what} WHERE id = '${id}'`;
/** More places for a reservation, none of them counted. */
const more = (id: string, seat: string, area: string, tier: string, count = 1): string =>
  update(
    'reservations',
    id,
    `seat_ids = seat_ids || array_fill(${seat}::uuid, ARRAY[${count}]), area_ids = area_ids || array_fill(${area}::uuid, ARRAY[${count}]),
     tier_ids = tier_ids || array_fill('${tier}'::uuid, ARRAY[${count}]), prices = prices || array_fill(1000, ARRAY[${count}])`,
  );

/** At least one way to break each invariant. Foreign keys and triggers are off while it is done. */
export const CORRUPTIONS: Corruption[] = [
  ...PROMO_CORRUPTIONS,
  ...MONEY_CORRUPTIONS,
  {
    what: 'two reservations have a seat on the same legs',
    sql: ({ held, market }) => more(held, `'${market.seats[2]}'`, 'NULL', market.tiers[0]!.id),
    finds: ({ held, sold, market: { bookableId, seats } }) => [
      [
        'seat-held-twice',
        [1, 2].map(
          (leg) => `bookable ${bookableId} seat ${seats[2]} leg ${leg}: ${[held, sold.id].toSorted().join(', ')}`,
        ),
      ],
      ['reservation-without-its-seat', [1, 2].map((leg) => `reservation ${held} seat ${seats[2]} leg ${leg}`)],
    ],
  },
  {
    what: 'a seat that is held is free',
    sql: (world) =>
      `UPDATE seat_cells SET legs = '.....', holders = array_fill(NULL::uuid, ARRAY[5]), held_until = NULL ${cell(world, 0)}`,
    finds: ({ held, market }) => [
      ['reservation-without-its-seat', [1, 2].map((leg) => `reservation ${held} seat ${market.seats[0]} leg ${leg}`)],
    ],
  },
  {
    what: 'a seat is held by a reservation that was cancelled',
    sql: (world) => `UPDATE seat_cells SET legs = 'h....', holders[1] = '${world.cancelled}' ${cell(world, 4)}`,
    finds: (world) => [['seat-blocked-by-nobody', [`${seatOf(world, 4)} leg 0: ${world.cancelled}`]]],
  },
  {
    what: 'a seat is held by a reservation that does not exist',
    sql: (world) => `UPDATE seat_cells SET legs = '...s.', holders[4] = '${NOBODY}' ${cell(world, 5)}`,
    finds: (world) => [['seat-blocked-by-nobody', [`${seatOf(world, 5)} leg 3: ${NOBODY}`]]],
  },
  {
    what: 'a seat that is held is marked as sold',
    sql: (world) => `UPDATE seat_cells SET legs = '.sh..' ${cell(world, 0)}`,
    finds: (world) => [['seat-marked-wrongly', [`${seatOf(world, 0)} leg 1: s, ACTIVE`]]],
  },
  {
    what: 'a seat is shown as held for too long',
    sql: (world) => `UPDATE seat_cells SET held_until = held_until + interval '1 hour' ${cell(world, 0)}`,
    finds: (world) => [['hold-end-differs', [seatOf(world, 0)]]],
  },
  {
    what: 'a free seat is looked at again and again',
    sql: (world) => `UPDATE seat_cells SET held_until = '2026-01-01' ${cell(world, 6)}`,
    finds: (world) => [['hold-end-differs', [seatOf(world, 6)]]],
  },
  {
    what: 'a change has no number yet',
    sql: (world) => `UPDATE seat_cells SET changed = 1000000 ${cell(world, 7)}`,
    finds: (world) => [['change-without-number', [seatOf(world, 7)]]],
  },
  {
    what: 'a hold is nobody’s',
    sql: ({ held }) => update('reservations', held, `session_token_hash = ''`),
    finds: ({ held }) => [['hold-without-owner', [`reservation ${held}`]]],
  },
  {
    what: 'a hold never ends',
    sql: (world) => `${update('reservations', world.held, `expires_at = 'infinity'`)};
      UPDATE seat_cells SET held_until = 'infinity' ${cell(world, 0)}`,
    finds: ({ held }) => [['hold-without-end', [`reservation ${held}`]]],
  },
  {
    what: 'a hold has no places',
    sql: ({ cancelled }) =>
      update(
        'reservations',
        cancelled,
        `state = 'ACTIVE', ended_at = NULL, seat_ids = '{}', area_ids = '{}', tier_ids = '{}', prices = '{}'`,
      ),
    finds: ({ cancelled }) => [['hold-of-nothing', [`reservation ${cancelled}`]]],
  },
  {
    what: 'a hold has ended and is active',
    sql: ({ held }) => update('reservations', held, `ended_at = created_at`),
    finds: ({ held }) => [['end-not-recorded', [`reservation ${held}`]]],
  },
  {
    what: 'a place has no price',
    sql: ({ held }) => update('reservations', held, `prices[1] = NULL`),
    finds: ({ held }) => [['place-of-two-kinds', [`reservation ${held} place 0`]]],
  },
  {
    what: 'more places of an area are held than it has',
    sql: ({ held, market: { bookableId, areas, tiers } }) => `
      ALTER TABLE area_cells DROP CONSTRAINT area_cells_within_capacity;
      ${more(held, 'NULL', `'${areas[0]!.id}'`, tiers[0]!.id, areas[0]!.capacity)};
      UPDATE area_cells SET taken[2] = taken[2] + capacity, taken[3] = taken[3] + capacity
        WHERE bookable_id = '${bookableId}' AND area_id = '${areas[0]!.id}'`,
    finds: ({ market: { bookableId, areas } }) => [
      ['area-over-capacity', [`bookable ${bookableId} area ${areas[0]!.id}`]],
    ],
  },
  {
    what: 'a place of an area was not counted back',
    sql: ({ market: { areas } }) => `UPDATE area_cells SET taken[1] = 1 WHERE area_id = '${areas[1]!.id}'`,
    finds: ({ market: { bookableId, areas } }) => [
      ['area-count-differs', [`bookable ${bookableId} area ${areas[1]!.id} leg 0: 1, 0`]],
    ],
  },
  {
    what: 'a place of a tier was not counted back',
    sql: ({ market: { tiers } }) => update('tiers', tiers[1]!.id, 'taken = taken + 1'),
    finds: ({ market: { tiers } }) => [['tier-count-differs', [`tier ${tiers[1]!.id}: 3, 2`]]],
  },
  {
    what: 'a tier is oversold',
    sql: ({ market: { tiers } }) =>
      `ALTER TABLE tiers DROP CONSTRAINT tiers_taken_within_quantity; ${update('tiers', tiers[1]!.id, 'quantity = 1')}`,
    finds: ({ market: { tiers } }) => [['tier-over-quantity', [`tier ${tiers[1]!.id}: 2 of 1`]]],
  },
  {
    what: 'a seat is not in the inventory',
    sql: (world) => `DELETE FROM seat_cells ${cell(world, 9)}`,
    finds: (world) => [['inventory-incomplete', [seatOf(world, 9)]]],
  },
  {
    what: 'the inventory has a seat that is not there',
    sql: (world) => `INSERT INTO seat_cells (bookable_id, ordinal, legs, holders)
      SELECT bookable_id, 99, legs, holders FROM seat_cells ${cell(world, 9)}`,
    finds: (world) => [['inventory-incomplete', [seatOf(world, 99)]]],
  },
  {
    what: 'an area is not in the inventory',
    sql: ({ market: { areas } }) => `DELETE FROM area_cells WHERE area_id = '${areas[1]!.id}'`,
    finds: ({ market: { bookableId, areas } }) => [
      ['inventory-incomplete', [`bookable ${bookableId} area ${areas[1]!.id}`]],
    ],
  },
  {
    what: 'an import may change what is sold',
    sql: ({ market: { bookableId } }) => update('bookables', bookableId, 'locked_at = NULL'),
    finds: ({ market: { bookableId } }) => [['inventory-not-locked', [`bookable ${bookableId}`]]],
  },
  {
    what: 'a request has two reservations',
    sql: ({ held, cancelled }) => `DROP INDEX reservations_request_key;
      UPDATE reservations r SET request_key = h.request_key, request_fingerprint = h.request_fingerprint
      FROM reservations h WHERE h.id = '${held}' AND r.id = '${cancelled}'`,
    finds: ({ held, cancelled }) => [
      ['request-answered-twice', [`reservations ${[held, cancelled].toSorted().join(', ')}`]],
    ],
  },
  ...(
    [
      ['user', `user_id = '${NOBODY}'`, `no user ${NOBODY}`],
      ['seat', `seat_ids[1] = '${NOBODY}'`, `no place ${NOBODY}`],
      ['organization', `organization_id = '${NOBODY}'`, `not of organization ${NOBODY}`],
      ['leg', 'to_position = 6', 'legs beyond the end'],
    ] as const
  ).map(([what, change, says]): Corruption => ({
    what: `the ${what} of a reservation does not exist`,
    sql: ({ cancelled }) => update('reservations', cancelled, change),
    finds: ({ cancelled }) => [['orphan', [`reservation ${cancelled}: ${says}`]]],
  })),
  {
    what: 'the tier of a reservation does not exist',
    sql: ({ held }) => update('reservations', held, `tier_ids[1] = '${NOBODY}'`),
    finds: ({ held, market: { tiers } }) => [
      ['tier-count-differs', [`tier ${tiers[1]!.id}: 2, 1`]],
      ['orphan', [`reservation ${held}: no tier ${NOBODY}`]],
    ],
  },
  {
    what: 'a reservation is of something without an inventory',
    sql: ({ cancelled, untouched }) =>
      update(
        'reservations',
        cancelled,
        `bookable_id = '${untouched.bookableId}', seat_ids = '{}', area_ids = '{}', tier_ids = '{}', prices = '{}'`,
      ),
    finds: ({ cancelled }) => [['orphan', [`reservation ${cancelled}: no inventory`]]],
  },
  {
    what: 'an order belongs to somebody else than its reservation',
    sql: ({ pending }) => update('orders', pending.orderId, `user_id = '${NOBODY}'`),
    finds: ({ pending }) => [
      ['order-and-reservation-disagree', [`order ${pending.orderId} PENDING, reservation ${pending.id} ACTIVE`]],
    ],
  },
  {
    what: 'an order has another tier than its reservation',
    sql: ({ pending, market: { tiers } }) =>
      `UPDATE line_items SET tier_id = '${tiers[1]!.id}' WHERE order_id = '${pending.orderId}'`,
    finds: ({ pending }) => [['order-and-places-disagree', [`order ${pending.orderId}`]]],
  },
  {
    what: 'an order does not add up',
    sql: ({ pending }) => update('orders', pending.orderId, 'total_minor = 1'),
    finds: ({ pending }) => [['order-total-differs', [`order ${pending.orderId}: 1, 1000`]]],
  },
  {
    what: 'an order is gone',
    sql: ({ sold }) => `DELETE FROM orders WHERE id = '${sold.orderId}'`,
    finds: ({ sold }) => [
      ['order-and-reservation-disagree', [`reservation ${sold.id} CONVERTED without an order`]],
      ['order-orphan', sold.lines.map((id) => `line item ${id}: no order ${sold.orderId}`)],
      ['ticket-orphan', sold.tickets.map((id) => `ticket ${id}: no order ${sold.orderId}`)],
    ],
  },
  {
    what: 'a seat that was sold is only held',
    sql: (world) => `UPDATE seat_cells SET legs = 'ssshs' ${cell(world, 2)}`,
    finds: (world) => [
      ['seat-marked-wrongly', [`${seatOf(world, 2)} leg 3: h, CONVERTED`]],
      ['ticket-without-its-seat', [`ticket ${world.sold.ticketId} leg 3`]],
    ],
  },
  {
    what: 'a sold seat has no valid ticket',
    sql: ({ sold }) => update('tickets', sold.ticketId, `state = 'CANCELLED'`),
    finds: ({ sold }) => [['tickets-and-places-disagree', [`reservation ${sold.id}`]]],
  },
  {
    what: 'a ticket ends earlier than its reservation',
    sql: ({ sold }) => update('tickets', sold.ticketId, 'to_position = 4'),
    finds: ({ sold }) => [['ticket-and-order-disagree', [`ticket ${sold.ticketId} PAID, order ${sold.orderId} PAID`]]],
  },
  {
    what: 'a ticket was paid and never issued',
    sql: ({ returned }) => `UPDATE tickets SET state = 'EXPIRED' WHERE order_id = '${returned.orderId}'`,
    finds: ({ returned }) => [['paid-order-without-tickets', [`order ${returned.orderId} line 0`]]],
  },
  {
    what: 'a ticket is for a seat of another layout',
    sql: ({ returned, untouched }) =>
      `UPDATE tickets SET seat_id = '${untouched.seats[0]}' WHERE order_id = '${returned.orderId}';
       UPDATE line_items SET seat_id = '${untouched.seats[0]}' WHERE order_id = '${returned.orderId}'`,
    finds: () => [['ticket-orphan', [expect.stringContaining('no place') as string]]],
  },
];
