import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, Connection } from './connection.js';
import { Samples, percentiles } from './percentiles.js';
import type { FromGenerator, LoadResult, Plan } from './plan.js';
import { Holds, SeatMaps } from './workloads.js';

/** Answers that are still under way at the end are waited for so long. */
const PATIENCE_MS = 20_000;
const MOST_COMPLAINTS = 5;

/** A process of its own that makes load as a plan says, and tells its parent what came of it. */
process.once('message', (plan: Plan) => {
  void new Generator(plan).run().then(
    (result) => tell({ kind: 'result', result }, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
// Nobody is left to hear the result.
process.once('disconnect', () => process.exit(1));

function tell(message: FromGenerator, then?: () => void): void {
  process.send?.(message, undefined, undefined, then);
}

class Generator {
  private readonly work: Holds | SeatMaps;
  private readonly connections: Connection[];
  private readonly idle: Connection[] = [];
  private readonly latencies = new Samples();
  private readonly answers: Record<string, number> = {};
  private readonly allAnswers: Record<string, number> = {};
  private readonly complaints: string[] = [];
  private begins = 0;
  private ends = Number.POSITIVE_INFINITY;
  private sent = 0;
  private underWay = 0;
  private seats = 0;
  private isOver = false;
  private answerBytes = 0;
  private requestBytes = 0;
  private finish: () => void = () => undefined;
  /** Open load: when requests are due. */
  private nextDue = 0;

  constructor(private readonly plan: Plan) {
    this.work = plan.work.kind === 'holds' ? new Holds(plan.work) : new SeatMaps(plan.work);
    const targets = plan.targets.map((target) => new URL(target));
    this.connections = Array.from(
      { length: plan.connections },
      (_, index) =>
        // Two in turn at each process: every second connection has a token.
        new Connection(index, targets[Math.floor(index / 2) % targets.length]!, this.take, this.lost),
    );
  }

  async run(): Promise<LoadResult> {
    await Promise.all(this.connections.map((connection) => connection.open()));
    const { warmUpSeconds, seconds, rate } = this.plan;
    const start = performance.now();
    this.begins = start + warmUpSeconds * 1000;
    this.ends = this.begins + seconds * 1000;
    const cpu = { begin: process.cpuUsage(), used: 0 };
    const timers = [
      setTimeout(() => {
        cpu.begin = process.cpuUsage();
        tell({ kind: 'begins' });
      }, this.begins - start),
      setTimeout(() => this.end(), this.ends - start),
    ];
    const over = new Promise<void>((resolve) => (this.finish = resolve));
    if (rate) this.startArrivals(start);
    else for (const connection of this.connections) this.ask(connection);
    await over;
    timers.forEach((timer) => clearTimeout(timer));
    const { user, system } = process.cpuUsage(cpu.begin);
    tell({ kind: 'ends' });
    await this.drain();
    return this.result((user + system) / 1e6);
  }

  private result(cpuSeconds: number): LoadResult {
    const { work, answers, allAnswers, complaints, seats, requestBytes, answerBytes } = this;
    if (work instanceof Holds && this.plan.work.kind === 'holds' && this.plan.work.acknowledged)
      writeFileSync(this.plan.work.acknowledged, work.acknowledged.map((id) => `${id}\n`).join(''));
    return {
      seconds: Math.max(0, this.ends - this.begins) / 1000,
      answers,
      allAnswers,
      seats,
      latencyMs: percentiles(this.latencies.all()),
      cpuSeconds,
      next: work.position,
      complaints,
      requestBytes,
      answerBytes,
    };
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.ends = Math.min(this.ends, performance.now());
    this.finish();
  }

  private async drain(): Promise<void> {
    for (const until = performance.now() + PATIENCE_MS; this.underWay > 0 && performance.now() < until;) await delay(5);
    if (this.underWay > 0) this.count('no answer', Number.NaN, this.underWay);
    for (const connection of this.connections) connection.close();
  }

  /** Sends the next request; when there is none left, the load ends with the last answer. */
  private ask(connection: Connection, dueAt = performance.now()): void {
    const isLimit = this.sent === this.plan.limit;
    const bytes = this.isOver || isLimit ? undefined : this.work.next(connection);
    if (!bytes) {
      if (this.underWay === 0) this.end();
      return;
    }
    this.sent += 1;
    this.underWay += 1;
    this.requestBytes = bytes.length;
    connection.isBusy = true;
    connection.dueAt = dueAt;
    connection.send(bytes);
  }

  private startArrivals(start: number): void {
    this.idle.push(...this.connections);
    this.nextDue = start;
    const tick = (): void => {
      if (this.isOver) return;
      this.sendDue(performance.now());
      setTimeout(tick, 1);
    };
    tick();
  }

  /** Whoever is due and finds no connection waits, and his time counts from when he was due. */
  private sendDue(now: number): void {
    while (this.nextDue <= now && this.idle.length > 0 && !this.isOver) {
      this.ask(this.idle.pop()!, this.nextDue);
      this.nextDue += (-Math.log(1 - Math.random()) * 1000) / this.plan.rate!;
    }
  }

  private readonly take = (connection: Connection, { status, body }: Answer): void => {
    this.underWay -= 1;
    connection.isBusy = false;
    const now = performance.now();
    const name = outcome(status, body);
    if (name.includes(' ') && this.complaints.length < MOST_COMPLAINTS) this.complaints.push(body.slice(0, 500));
    const seats = name.includes(' ') ? 0 : this.work.answered(connection, name, body);
    if (now >= this.begins && now <= this.ends) {
      this.seats += seats;
      this.answerBytes = body.length;
    }
    this.count(name, now - connection.dueAt, 1, now, connection.dueAt);
    this.goOn(connection);
  };

  private readonly lost = (connection: Connection, error: Error): void => {
    if (connection.isBusy) this.underWay -= 1;
    connection.isBusy = false;
    this.count('connection lost', Number.NaN, 1);
    if (this.complaints.length < MOST_COMPLAINTS) this.complaints.push(error.message);
    void this.reopen(connection);
  };

  private async reopen(connection: Connection): Promise<void> {
    while (!this.isOver) {
      try {
        await connection.open();
        return this.goOn(connection);
      } catch {
        await delay(100);
      }
    }
  }

  private goOn(connection: Connection): void {
    if (!this.plan.rate) return this.ask(connection);
    this.idle.push(connection);
    this.sendDue(performance.now());
  }

  private count(name: string, ms: number, count: number, now = performance.now(), dueAt = now): void {
    this.allAnswers[name] = (this.allAnswers[name] ?? 0) + count;
    if (now < this.begins || now > this.ends) return this.countLate(ms, dueAt);
    this.answers[name] = (this.answers[name] ?? 0) + count;
    if (ms >= 0 && (!this.plan.rate || dueAt >= this.begins)) this.latencies.add(ms);
  }

  /** In open load an answer after the end belongs to the measured time when its request was due in it. */
  private countLate(ms: number, dueAt: number): void {
    if (this.plan.rate && dueAt >= this.begins && dueAt <= this.ends) this.latencies.add(ms);
  }
}

/** `__typename` of the first field, or what went wrong, with a blank in it. */
function outcome(status: number, body: string): string {
  if (status !== 200) return `HTTP ${status}`;
  if (body.startsWith('{"errors"')) return `error ${/"code":"(\w+)"/.exec(body)?.[1] ?? 'without code'}`;
  const at = body.indexOf('"__typename":"') + 14;
  return at < 14 ? 'no typename' : body.slice(at, body.indexOf('"', at));
}
