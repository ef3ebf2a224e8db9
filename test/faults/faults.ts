import { Dice } from '../model/dice.js';
import { TripMaker } from './hot-trips.js';
import { Installation, type InstallationOptions } from './installation.js';
import { type RoundReport, round } from './round.js';
import { type Pace, type Victim, kills } from './schedule.js';

export interface FaultOptions extends InstallationOptions {
  rounds: number;
  /** Of the first round; each further one has the next. */
  seed: number;
  passengers: number;
  /** So many visits of a hundred end with a payment. */
  pays?: number;
  /** Each of them is killed once in a round. */
  victims: readonly Victim[];
  pace: Pace;
}

/**
 * Round after round on one installation, whose data grows. It ends early when a program left by itself: nothing that
 * comes after would say anything.
 * @param hear of each round when it is over, with the folder that has the logs if something was found
 */
export async function faults(
  { rounds, seed, passengers, pays = 15, victims, pace, ...how }: FaultOptions,
  hear: (report: RoundReport, logs?: string) => void,
): Promise<RoundReport[]> {
  const installation = await Installation.start(how);
  const interrupted = (): void => void installation.close().then(() => process.exit(130));
  process.once('SIGINT', interrupted);
  const reports: RoundReport[] = [];
  try {
    const maker = await installation.with((db) => TripMaker.prepare(db));
    for (let next = seed; next < seed + rounds && !installation.hopeless.aborted; next += 1) {
      const report = await round(installation, await installation.with((db) => maker.make(db)), {
        seed: next,
        kills: kills(new Dice(next), victims, pace),
        passengers,
        pays,
        restMs: pace.mostMs,
      });
      reports.push(report);
      hear(report, report.findings.length > 0 ? installation.keepLogs(`seed-${next}`) : undefined);
    }
    return reports;
  } finally {
    process.off('SIGINT', interrupted);
    await installation.close();
  }
}
