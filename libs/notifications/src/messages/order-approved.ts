import { type Money, formatMoney } from '#kernel';
import { type Letter, letter } from './letter.js';

/** The organiser agrees; now it has to be paid. */
export function orderApproved(
  sender: string,
  title: string,
  orderNumber: string,
  { total, payUrl, until }: { total: Money; payUrl: string; until: string },
): Letter {
  return letter({
    subject: `Order ${orderNumber} is approved: please pay`,
    sender,
    blocks: [
      `${sender} has approved order ${orderNumber}. Your places are held for you until ${until}.`,
      { headline: formatMoney(total), below: title },
      { link: payUrl, label: 'Pay now' },
      'Your tickets come by e-mail as soon as it is paid. If you do not pay in time, the places go to others.',
    ],
  });
}
