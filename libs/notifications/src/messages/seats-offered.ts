import { type Letter, letter } from './letter.js';

/** The payment came late and others have some of the seats; equivalent ones are held until the passenger answers. */
export function seatsOffered(
  sender: string,
  title: string,
  orderNumber: string,
  { moves, until, link }: { moves: { from: string; to: string }[]; until: string; link: string },
): Letter {
  const [seats, have] = moves.length === 1 ? ['A seat', 'has'] : ['Some seats', 'have'];
  return letter({
    subject: `Other seats for order ${orderNumber}: please answer until ${until}`,
    sender,
    blocks: [
      `Your payment for order ${orderNumber} arrived after the time to pay was over. ${seats} of it ${have} gone to somebody else, but we hold just as good ones for you, at the same price, until ${until}.`,
      { headline: title },
      { facts: moves.map(({ from, to }) => [`Instead of seat ${from}`, `Seat ${to}`]) },
      { link, label: 'Take these seats, or your money' },
      'Everything else of your order stays as it is. If you do not want them, or do not answer in time, all of your money goes back the way you paid. Whoever has this link can answer for you.',
    ],
  });
}
