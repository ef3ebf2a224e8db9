import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Auditor } from '#platform';
import type { TestApplication } from '../support/application.js';
import { circlesSoFar } from '../support/circles.js';
import type { StoppedClock } from '../support/clock.js';
import { Book } from './book.js';
import { Desk } from './desk.js';
import { Dice } from './dice.js';
import { judge } from './judge.js';
import { openMarkets } from './market.js';
import { choose } from './plans.js';
import { compare, predict } from './predictions.js';
import { Round } from './round.js';
import { differences, shownDifferences } from './settled.js';
import { Worker } from './worker.js';

export interface RunOptions {
  seed: number;
  operations: number;
  /** At the same time. With one every answer is predicted. */
  workers: number;
  /** So many operations, then everything stands still and is compared. */
  perRound: number;
  /** The auditor looks at the whole database: every so many rounds. */
  roundsPerAudit: number;
  /** Told after each round in which all was well. */
  progress?: (report: RunReport) => void;
}

export interface RunReport {
  operations: number;
  rounds: number;
  audits: number;
  seconds: number;
  /** Answers by operation. */
  counts: Record<string, Record<string, number>>;
  /** Refusals from an application's memory of a refusal, at most a tenth of a second old. */
  fromMemory: number;
}

/** After it an application has forgotten what it remembered of taken seats. */
const FORGET_MS = 110;
const MOST_SHOWN = 12;

/** An answer or a row that the oracle does not allow, or transactions that waited for each other in a circle. */
export class ModelFailure extends Error {
  constructor(
    readonly violations: string[],
    { seed, operations, workers, perRound }: RunOptions,
  ) {
    const again = `npm run model -- --operations ${operations} --seed ${seed} --workers ${workers} --round ${perRound}`;
    const shown = violations.slice(0, MOST_SHOWN).map((violation) => `  ${violation}`);
    super([`${violations.length} violations; again with ${again}`, ...shown].join('\n'));
  }
}

/** Random passengers against the oracle, through all the applications. @throws ModelFailure at the end of the round */
export async function runModel(
  applications: TestApplication[],
  clock: StoppedClock,
  options: RunOptions,
): Promise<RunReport> {
  const began = performance.now();
  const first = applications[0]!;
  const before = await circlesSoFar();
  const worker = new Worker(
    new Book(await openMarkets(first)),
    applications.map((application) => new Desk(application)),
    clock,
  );
  const dice = Array.from({ length: options.workers }, (_, index) => Dice.of(options.seed, index));
  const report: RunReport = { operations: 0, rounds: 0, audits: 0, seconds: 0, counts: {}, fromMemory: 0 };
  while (report.operations < options.operations) {
    const round = new Round(worker.book, worker.now);
    const wanted = Math.min(options.perRound, options.operations - report.operations);
    const violations =
      options.workers === 1
        ? await playAlone(worker, dice[0]!, round, wanted)
        : await playTogether(worker, dice, round, wanted, applications.length);
    round.close();
    const { violations: impossible, fromMemory } = judge(round);
    violations.push(...impossible);
    for (const application of applications)
      violations.push(...(await shownDifferences(application, worker.book, worker.now)));
    await new Desk(first).sweep();
    violations.push(...(await differences(first.database, worker.book, worker.now)));
    report.rounds += 1;
    report.operations += wanted;
    report.fromMemory += fromMemory;
    count(report, round);
    if (report.rounds % options.roundsPerAudit === 0 || report.operations === options.operations) {
      report.audits += 1;
      for (const { invariant, subjects } of await first.get(Auditor).run())
        violations.push(`the auditor finds ${invariant}: ${subjects.join(', ')}`);
    }
    const circles = (await circlesSoFar()) - before;
    if (circles > 0) violations.push(`${circles} deadlocks had to be ended`);
    if (violations.length > 0) throw new ModelFailure(violations, options);
    report.seconds = (performance.now() - began) / 1000;
    options.progress?.(report);
    worker.book.tidy(worker.now);
    await delay(Math.max(0, FORGET_MS - (performance.now() - Math.max(...round.operations.map((one) => one.endedMs)))));
  }
  report.seconds = (performance.now() - began) / 1000;
  return report;
}

/** One after the other through one application: there is one right answer. */
async function playAlone(worker: Worker, dice: Dice, round: Round, operations: number): Promise<string[]> {
  for (let done = 0; done < operations; done += 1) {
    const plan = choose(dice, worker.book, worker.now);
    const expected = predict(worker.book, plan, worker.now);
    const { answer, span } = await worker.run(plan, 0, round);
    const wrong = compare(expected, answer);
    if (wrong) return [`${plan.kind} in step ${span.begin}: ${wrong}`];
  }
  return [];
}

async function playTogether(
  worker: Worker,
  dice: Dice[],
  round: Round,
  operations: number,
  desks: number,
): Promise<string[]> {
  let left = operations;
  const play = async (own: Dice): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const plan = choose(own, worker.book, worker.now);
      const desk = own.upTo(desks);
      const twin = plan.kind === 'reserve' && plan.twice ? worker.run(plan, (desk + 1) % desks, round) : undefined;
      await Promise.all([worker.run(plan, desk, round), twin]);
    }
  };
  await Promise.all(dice.map(play));
  return [];
}

function count({ counts }: RunReport, { operations }: Round): void {
  for (const { plan, answer } of operations) {
    const name = plan.kind === 'pay' && answer.order ? answer.order.state : answer.name;
    const ofKind = (counts[plan.kind] ??= {});
    ofKind[name] = (ofKind[name] ?? 0) + 1;
  }
}
