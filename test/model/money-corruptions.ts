import type { Corruption, World } from './corruptions.js';

const paymentOf = ({ sold }: World): string => `(SELECT id FROM payments WHERE reference = '${sold.orderId}')`;

/** Ways to break each invariant of payments and of what orders were paid. */
export const MONEY_CORRUPTIONS: Corruption[] = [
  {
    what: 'a payment pays for more than it says',
    sql: ({ sold }) =>
      `UPDATE payment_applications SET applied_minor = applied_minor + 1 WHERE reference = '${sold.orderId}'`,
    finds: ({ sold }) => [
      ['payment-applied-differs', [`payment ${sold.paymentId}: 1700, 1701`]],
      ['order-paid-differs', [`order ${sold.orderId}: 1700, 1701`]],
    ],
  },
  {
    what: 'money was sent back that nobody asked for',
    sql: (world) =>
      `ALTER TABLE payments DROP CONSTRAINT payments_spent; UPDATE payments SET returned_minor = 5 WHERE id = ${paymentOf(world)}`,
    finds: ({ sold }) => [
      ['payment-returned-differs', [`payment ${sold.paymentId}: 5, 0`]],
      ['payment-overspent', [`payment ${sold.paymentId}: 1700 came in, 1705 were used`]],
    ],
  },
  {
    what: 'a refund is not counted',
    sql: ({ returned }) => `UPDATE payment_applications SET refunded_minor = 0 WHERE reference = '${returned.orderId}'`,
    finds: ({ returned }) => [
      ['payment-refunded-differs', [`payment ${returned.paymentId} for ${returned.orderId}: 0, 1000`]],
    ],
  },
  {
    what: 'a refund is in another currency',
    sql: ({ returned }) => `UPDATE refunds SET currency = 'JPY' WHERE reference = '${returned.orderId}'`,
    finds: ({ returned }) => [['refund-in-another-currency', [`refund ${returned.refundId}: JPY of GBP`]]],
  },
  {
    what: 'a dispute that is told of is not followed, or one that nobody told of is',
    sql: ({ sold, returned }) =>
      `UPDATE payments SET dispute = 'LOST' WHERE reference = '${sold.orderId}'; UPDATE payments SET state = 'DISPUTED' WHERE reference = '${returned.orderId}'`,
    finds: ({ sold, returned }) => [
      [
        'payment-dispute-differs',
        [`payment ${sold.paymentId} CAPTURED, dispute LOST`, `payment ${returned.paymentId} DISPUTED, dispute none`],
      ],
    ],
  },
  {
    what: 'money came in for an order that is paid, and lies about',
    sql: (world) => `UPDATE payments SET captured_minor = captured_minor + 7 WHERE id = ${paymentOf(world)}`,
    finds: ({ sold }) => [['captured-money-idle', [`payment ${sold.paymentId}: 7 GBP, order PAID`]]],
  },
  {
    what: 'an order is offered seats, and none are named',
    sql: (world) => offeredOrder(world),
    finds: ({ pending }) => [['seat-offer-and-places-disagree', [`order ${pending.orderId}`]]],
  },
  {
    what: 'an order is offered other seats than are held for it',
    sql: (world) => `${offeredOrder(world)}; ${offeredSeat(world, 'l.seat_id', `'${world.market.seats[9]}'`, 'now()')}`,
    finds: ({ pending }) => [['seat-offer-and-places-disagree', [`order ${pending.orderId}`]]],
  },
  {
    what: 'seats are offered instead of others than were ordered',
    sql: (world) => `${offeredOrder(world)}; ${offeredSeat(world, `'${world.market.seats[9]}'`, 'l.seat_id', 'now()')}`,
    finds: ({ pending }) => [['seat-offer-and-places-disagree', [`order ${pending.orderId}`]]],
  },
  {
    what: 'seats are offered for longer than a day',
    sql: (world) =>
      `${offeredOrder(world)};
       ${offeredSeat(world, `'${world.market.seats[9]}'`, 'l.seat_id', `(SELECT expires_at - interval '1441 minutes' FROM reservations WHERE id = '${world.pending.id}')`)};
       UPDATE line_items SET seat_id = '${world.market.seats[9]}' WHERE order_id = '${world.pending.orderId}';
       UPDATE tickets SET seat_id = '${world.market.seats[9]}' WHERE order_id = '${world.pending.orderId}'`,
    finds: ({ pending }) => [['seat-offer-and-places-disagree', [`order ${pending.orderId}`]]],
  },
];

/** The order that waits for its payment is one that is offered seats. */
function offeredOrder({ pending: { orderId } }: World): string {
  return `UPDATE orders SET state = 'OFFERED' WHERE id = '${orderId}'; UPDATE tickets SET state = 'EXPIRED' WHERE order_id = '${orderId}'`;
}

function offeredSeat({ pending: { orderId } }: World, from: string, to: string, at: string): string {
  return `INSERT INTO offered_seats (line_item_id, order_id, from_seat_id, to_seat_id, offered_at)
    SELECT l.id, l.order_id, ${from}, ${to}, ${at} FROM line_items l WHERE l.order_id = '${orderId}'`;
}
