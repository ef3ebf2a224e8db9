/** A request for seats: how many, from the call at `from` to the call at `to`. */
export interface Request {
  from: number;
  to: number;
  count: number;
}

export type Profile = 'uniform' | 'commuter' | 'long-haul';
type Parties = 'singles' | 'parties';

export interface DemandOptions {
  profile: Profile;
  parties: Parties;
  legs: number;
  seats: number;
  /** Seat-legs asked for, in seat-legs that there are: 1 when as many. */
  load: number;
  seed: number;
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Requests in the order they come, until so many seat-legs have been asked for. */
export function demand({ profile, parties, legs, seats, load, seed }: DemandOptions): Request[] {
  const number = numbersFrom(seed);
  const requests: Request[] = [];
  let asked = 0;
  while (asked < load * seats * legs) {
    const request = { ...JOURNEYS[profile](legs, number), count: parties === 'singles' ? 1 : partySize(number()) };
    requests.push(request);
    asked += request.count * (request.to - request.from);
  }
  return requests;
}

/** Of a hundred parties 55 are one person, 28 two, 8 three, 9 four. */
function partySize(number: number): number {
  if (number < 0.55) return 1;
  if (number < 0.83) return 2;
  return number < 0.91 ? 3 : 4;
}

type Journey = Omit<Request, 'count'>;

const JOURNEYS: Record<Profile, (legs: number, number: () => number) => Journey> = {
  /** Any two calls, each pair as likely as the others. */
  uniform,
  /** Half go to the last call or come from the first, from or to anywhere; half go one or two legs. */
  commuter(legs, number) {
    const kind = number();
    if (kind < 0.25) return { from: below(legs, number), to: legs };
    if (kind < 0.5) return { from: 0, to: 1 + below(legs, number) };
    const length = 1 + below(2, number);
    const from = below(legs - length + 1, number);
    return { from, to: from + length };
  },
  /** Six in ten go at least three quarters of the way, the others anywhere. */
  'long-haul'(legs, number) {
    if (number() >= 0.6) return uniform(legs, number);
    const length = Math.ceil(legs * 0.75) + below(Math.floor(legs * 0.25) + 1, number);
    const from = below(legs - length + 1, number);
    return { from, to: from + length };
  },
};

function uniform(legs: number, number: () => number): Journey {
  const one = below(legs + 1, number);
  const other = below(legs, number);
  const another = other < one ? other : other + 1;
  return { from: Math.min(one, another), to: Math.max(one, another) };
}

function below(limit: number, number: () => number): number {
  return Math.floor(number() * limit);
}
