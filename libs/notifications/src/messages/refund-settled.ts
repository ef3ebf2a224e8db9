import { type Money, formatMoney } from '#kernel';
import { type Letter, letter } from './letter.js';

/** @param forWhat such as `ticket HF-7Q2MXK4D of order HF-3KD9W0TZ` */
export function refundSettled(sender: string, refund: Money, forWhat: string): Letter {
  const amount = formatMoney(refund);
  return letter({
    subject: `Paid back: ${amount} for ${forWhat}`,
    sender,
    blocks: [
      { headline: amount, below: `paid back for ${forWhat}` },
      'It went back the way you paid. Your bank may take some days to show it.',
    ],
  });
}
