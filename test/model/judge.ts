import type { Book, Booking, Wanted } from './book.js';
import { CAP_MINUTES, HOLD_MINUTES, MOST_EXTENSIONS, type Market } from './market.js';
import type { Operation, Round } from './round.js';

const MINUTE = 60_000;
/** So long an application may answer from its memory of a refusal. */
const MEMORY_MS = 100;

export interface Verdict {
  violations: string[];
  /** Refusals that came from the memory of a refusal just before. */
  fromMemory: number;
}

/** Is there an order of all that was answered in which every answer is right? What cannot be is a violation. */
export function judge(round: Round): Verdict {
  const verdict: Verdict = { violations: [], fromMemory: 0 };
  for (const operation of round.operations) {
    const wrong = wrongIn(round, operation, verdict);
    if (wrong) verdict.violations.push(`${describe(operation)}: ${wrong}`);
  }
  verdict.violations.push(...overlaps(round));
  return verdict;
}

/** Nobody may have what somebody else certainly has: looked at in each step in which something was given. */
function overlaps({ book, ...round }: Round & { book: Book }): string[] {
  return [];
}
