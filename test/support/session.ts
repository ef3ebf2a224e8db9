import type { Client } from '../../apps/cli/src/journey/client.js';

/** A reservation as its passenger reads it. */
export interface Session {
  id: string;
  state: string;
  expiresAt: string;
  secondsLeft: number;
  extensionsLeft: number;
  places: {
    seat: { label: string } | null;
    area: { name: string } | null;
    tier: { name: string };
    priceMinor: number;
  }[];
  order: { id: string; state: string; totalMinor: number } | null;
}

const SESSION = `id state expiresAt secondsLeft extensionsLeft order { id state totalMinor }
  places { seat { label } area { name } tier { name } priceMinor }`;

/** By its token alone. */
export async function readSession(client: Client, sessionToken: string | undefined): Promise<Session> {
  const { bookingSession } = await client.ask<{ bookingSession: Session }>(
    `query ($token: String!) { bookingSession(sessionToken: $token) { ${SESSION} } }`,
    { token: sessionToken },
  );
  return bookingSession;
}

/** What it has: labels of seats, names of areas. */
export function placesOf({ places }: Session): string[] {
  return places.map(({ seat, area }) => seat?.label ?? area!.name);
}
