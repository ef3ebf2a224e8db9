import { type Money, formatMoney } from '#kernel';
import { type Letter, letter } from './letter.js';

/** The payment came when the places were gone. */
export function orderRefused(sender: string, title: string, orderNumber: string, total: Money): Letter {
  return letter({
    subject: `Too late: order ${orderNumber} is paid back in full`,
    sender,
    blocks: [
      `Your payment for order ${orderNumber} arrived after the time to pay was over, and your places had gone to somebody else. There are no tickets, and we keep nothing of your money.`,
      { headline: `${formatMoney(total)} goes back to you`, below: title },
      'You have to do nothing: it goes back the way you paid, and we write to you when it is done. If other places are free, you can book them as usual.',
    ],
  });
}
