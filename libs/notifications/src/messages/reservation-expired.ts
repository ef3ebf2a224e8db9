import { type Letter, letter } from './letter.js';

/** @param orderNumber when the passenger had checked out */
export function reservationExpired(sender: string, title: string, departure: string, orderNumber?: string): Letter {
  return letter({
    subject: `Your reservation has ended: ${title}${orderNumber ? ` (${orderNumber})` : ''}`,
    sender,
    blocks: [
      'The time to pay is over, so your places are free for others again. Nothing was charged.',
      { headline: title, below: departure },
      ...(orderNumber
        ? [
            `If you have paid order ${orderNumber} in this moment: you get your places if all of them are still free, and your money back if not.`,
          ]
        : []),
      'If you still want to go, choose your places again.',
    ],
  });
}
