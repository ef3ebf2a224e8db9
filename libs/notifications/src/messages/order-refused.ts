import { type Money, formatMoney } from '#kernel';
import { type Letter, letter } from './letter.js';

const WHY = {
  TOO_LATE:
    'arrived after the time to pay was over, and your places or your discount had gone to somebody else. There are no tickets',
  CANCELLED: 'arrived after the order had been cancelled. There are no tickets',
};

/** The payment came when the places were gone, or the order was cancelled. */
export function orderRefused(
  sender: string,
  title: string,
  orderNumber: string,
  total: Money,
  reason: keyof typeof WHY,
): Letter {
  return letter({
    subject: `Too late: order ${orderNumber} is paid back in full`,
    sender,
    blocks: [
      `Your payment for order ${orderNumber} ${WHY[reason]}, and we keep nothing of your money.`,
      { headline: `${formatMoney(total)} goes back to you`, below: title },
      'You have to do nothing: it goes back the way you paid, and we write to you when it is done. If other places are free, you can book them as usual.',
    ],
  });
}
