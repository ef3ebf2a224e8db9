import { type Letter, letter } from './letter.js';

/** The organiser does not agree. */
export function orderRejected(sender: string, title: string, orderNumber: string, reason: string): Letter {
  return letter({
    subject: `Order ${orderNumber} was not approved`,
    sender,
    blocks: [
      `We are sorry: ${sender} did not approve order ${orderNumber}. Nothing was charged, and the places are free again.`,
      { headline: title, below: reason },
      'If you think this is a mistake, answer this message.',
    ],
  });
}
