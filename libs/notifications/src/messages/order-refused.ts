import { type Money, formatMoney } from '#kernel';
import { type Letter, letter } from './letter.js';

const NO_SEATS = 'There are no tickets';
const WHY = {
  TOO_LATE: `arrived after the time to pay was over, and your places or your discount had gone to somebody else. ${NO_SEATS}`,
  CANCELLED: `arrived after the order had been cancelled. ${NO_SEATS}`,
  DECLINED: `arrived after the time to pay was over, and you did not want the seats that we offered you instead. ${NO_SEATS}`,
  NOT_ANSWERED: `arrived after the time to pay was over, and we had no answer in time about the seats that we offered you instead. ${NO_SEATS}`,
  CALLED_OFF: `arrived after the time to pay was over, and it does not take place any more. ${NO_SEATS}`,
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
    subject: `${reason === 'CALLED_OFF' ? 'Called off' : 'Too late'}: order ${orderNumber} is paid back in full`,
    sender,
    blocks: [
      `Your payment for order ${orderNumber} ${WHY[reason]}, and we keep nothing of your money.`,
      { headline: `${formatMoney(total)} goes back to you`, below: title },
      `You have to do nothing: it goes back the way you paid, and we write to you when it is done.${reason === 'CALLED_OFF' ? '' : ' If other places are free, you can book them as usual.'}`,
    ],
  });
}
