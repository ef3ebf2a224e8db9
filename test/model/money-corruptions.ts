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
    what: 'money came in for an order that is paid, and lies about',
    sql: (world) => `UPDATE payments SET captured_minor = captured_minor + 7 WHERE id = ${paymentOf(world)}`,
    finds: ({ sold }) => [['captured-money-idle', [`payment ${sold.paymentId}: 7 GBP, order PAID`]]],
  },
];
