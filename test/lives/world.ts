import { BookablesService } from '#catalogue';
import { ReconciliationService, RefundsService } from '#payments';
import { ReleasesService } from '#reservations';
import { CalledOffService } from '#tickets';
import { InvoicingService } from '../../libs/invoices/src/invoicing.service.js';
import { WebhooksService } from '../../libs/payments/src/webhooks.service.js';
import { Dice } from '../model/dice.js';
import type { TestApplication } from '../support/application.js';
import type { StoppedClock } from '../support/clock.js';
import { type Gateway, type Letter, Unanswered, name as chargeName } from './gateway.js';
import { Killed, type Kills } from './kills.js';
import { Life } from './life.js';
import { type Passenger, type Place, openPlace } from './place.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/**
 * The bounded time: after so long nobody is to be asked about anything any more. While something is under way the rounds
 * are less than a day apart; when it all seems to be over, a few days.
 */
const MOST_DAYS = 140;
const MOST_ROUNDS = 100;
/** A queue tries again so often; then the job is given up, and only reconciliation is left. */
const MOST_TRIES = 4;

/** What the lives share between worlds: the application under test and what is around it. */
export interface Ground {
  application: TestApplication;
  clock: StoppedClock;
  gateway: Gateway;
  kills: Kills;
  passengers: Passenger[];
  worlds: number;
  audited: Set<string>;
}

interface Task {
  at: number;
  what: string;
  run: () => Promise<void>;
}

interface OutboxRow {
  id: string;
  type: string;
  payload: Record<string, string>;
  charge: string | null;
}

export interface Answer<T> {
  kind: 'done' | 'refused' | 'unknown';
  value?: T;
}

/** Several lives that get in each other's way, in a time of their own. Everything happens one after another. */
export class World {
  readonly story: string[] = [];
  readonly broken: string[] = [];
  readonly passengers: Passenger[];
  readonly name: number;
  readonly gateway: Gateway;
  place: Place;
  rounds = 0;
  private readonly tasks: Task[] = [];
  private readonly orders = new Map<string, string>();
  private readonly dice: Dice;
  private readonly beganAt: number;
  private readonly jobs: Record<string, [job: string, run: (event: Record<string, string>) => Promise<unknown>][]> = {
    'refund.requested': [
      ['send refund', ({ refundId }) => this.get(RefundsService).send(refundId!)],
      ['credit note', ({ refundId }) => this.get(InvoicingService).creditNote(refundId!)],
    ],
    'order.paid': [['invoice', ({ orderId }) => this.get(InvoicingService).invoice(orderId!)]],
    'order.exchanged': [['exchange note', ({ orderId }) => this.get(InvoicingService).exchangeNote(orderId!)]],
    'bookable.cancelled': [['pay back', ({ bookableId }) => this.get(CalledOffService).payBack(bookableId)]],
  };

  constructor(
    private readonly ground: Ground,
    readonly seed: number,
    private readonly lives: number,
  ) {
    ground.worlds += 1;
    this.name = ground.worlds;
    this.dice = Dice.of(seed, 0);
    this.passengers = ground.passengers;
    this.gateway = ground.gateway;
    this.beganAt = this.now;
  }

  get<T>(type: abstract new (...args: never[]) => T): T {
    return this.ground.application.get(type);
  }

  async query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return await this.ground.application.database.query<Row>(sql, parameters);
  }

  /** What the auditor has said of earlier worlds. */
  get audited(): Set<string> {
    return this.ground.audited;
  }

  get now(): number {
    return this.ground.clock.now().getTime();
  }

  tell(line: string): void {
    const minutes = (this.now - this.beganAt) / MINUTE;
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    this.story.push(`+${String(hours).padStart(3, '0')}:${rest.toFixed(2).padStart(5, '0')} ${line}`);
  }

  know(orderId: string, life: string): void {
    if (!this.orders.has(orderId)) this.orders.set(orderId, `order ${this.orders.size} of ${life}`);
  }

  orderName(orderId: string): string {
    return this.orders.get(orderId) ?? `order ${orderId}`;
  }

  tripName(bookableId: string): string {
    return `trip ${this.place.trips.find((trip) => trip.bookableId === bookableId)?.name}`;
  }

  later(minutes: number, what: string, happen: () => void): void {
    this.at(this.now + minutes * MINUTE, what, async () => {
      happen();
      await Promise.resolve();
    });
  }

  /** Does it, perhaps not to its end. Whoever asked knows only what they were told. */
  async attempt<T>(what: string, work: () => Promise<T>, mayBeKilled = false): Promise<Answer<T>> {
    const statements = mayBeKilled && this.dice.percent(10) ? this.dice.between(1, 40) : undefined;
    try {
      const value = await this.ground.kills.run(statements, work);
      this.tell(`${what}: done`);
      return { kind: 'done', value };
    } catch (error) {
      if (error instanceof Killed || error instanceof Unanswered || isDead(error)) {
        this.tell(`${what}: ${error instanceof Unanswered ? 'no answer from the gateway' : 'killed'}`);
        return { kind: 'unknown' };
      }
      const refusal = refusalOf(error);
      if (!refusal) throw new Error(`${what}: ${String(error)}`, { cause: error });
      this.tell(`${what}: refused, ${refusal}`);
      return { kind: 'refused' };
    }
  }

  /** Plays to the end. @returns what of the law is broken */
  async play(): Promise<void> {
    const { gateway, clock } = this.ground;
    gateway.begin(this.seed);
    gateway.tell = (line) => this.tell(line);
    gateway.onLetter = (letter) => this.post(letter);
    gateway.onLater = (inMs, what, happen) => this.later(inMs / MINUTE, what, happen);
    gateway.silence = 8;
    this.place = await openPlace(this.ground.application, clock.now());
    for (let index = 0; index < this.lives; index += 1) this.live(new Life(this, index, this.seed + index));
    this.planCancellation();
    await this.run();
    await this.settle();
  }

  private live(life: Life): void {
    const steps = life.live();
    const next = async (): Promise<void> => {
      const step = await steps.next();
      if (step.done) return;
      this.at(this.now + step.value * MINUTE, life.name, next);
    };
    this.at(this.now, life.name, next);
  }

  private planCancellation(): void {
    if (!this.dice.percent(35)) return;
    const trip = this.dice.pick(this.place.trips);
    this.at(this.now + this.dice.between(30, 60 * 60) * MINUTE, `trip ${trip.name} is cancelled`, async () => {
      await this.attempt(`trip ${trip.name} is cancelled`, () =>
        this.get(BookablesService).cancel(trip.bookableId, 'snow'),
      );
    });
  }

  private at(at: number, what: string, run: () => Promise<void>): void {
    this.tasks.push({ at, what, run });
  }

  private async run(): Promise<void> {
    while (this.tasks.length > 0) {
      const due = this.tasks.filter(({ at }) => at <= this.now);
      if (due.length === 0) {
        const next = Math.min(...this.tasks.map(({ at }) => at));
        this.ground.clock.advance((next - this.now) / MINUTE);
        continue;
      }
      const task = this.dice.pick(due);
      this.tasks.splice(this.tasks.indexOf(task), 1);
      await task.run();
      await this.background();
    }
  }

  /** What runs by the clock in a worker runs now and then. */
  private async background(): Promise<void> {
    await this.takeOutbox();
    if (this.dice.percent(25)) await this.sweep();
    if (this.dice.percent(20)) await this.reconcile();
    if (this.dice.percent(10)) await this.payBackCalledOff();
  }

  private async sweep(): Promise<void> {
    const { value } = await this.attempt('sweep', () => this.get(ReleasesService).expireAll(), true);
    if (value === 0) this.story.pop();
    await this.takeOutbox();
  }

  private async reconcile(): Promise<number> {
    const { value = 0 } = await this.attempt('reconciliation', () => this.get(ReconciliationService).run());
    if (value === 0) this.story.pop();
    await this.takeOutbox();
    return value;
  }

  private async payBackCalledOff(): Promise<void> {
    const { value } = await this.attempt('what was called off is paid back', () =>
      this.get(CalledOffService).payBack(),
    );
    if (value === 0) this.story.pop();
    await this.takeOutbox();
  }

  private post({ charge, event, at }: Letter): void {
    const what = `webhook ${event.type} ${event.amountMinor} of ${chargeName(charge)}`;
    const deliver = async (): Promise<void> => {
      const answer = await this.attempt(what, () => this.get(WebhooksService).apply('sandbox', event), true);
      // Not taken: the gateway comes again.
      if (answer.kind === 'unknown' || answer.value === false)
        this.at(this.now + this.dice.between(1, 60) * MINUTE, what, deliver);
    };
    for (const time of at) this.at(time, what, deliver);
  }

  /** What the relay does: each event becomes jobs, at least once each. */
  private async takeOutbox(): Promise<void> {
    const rows = await this.query<OutboxRow>(
      `WITH taken AS (UPDATE outbox SET relayed_at = $1 WHERE relayed_at IS NULL RETURNING id, type, payload)
       SELECT t.id, t.type, t.payload, p.provider_reference AS charge FROM taken t LEFT JOIN payments p ON p.id = (t.payload ->> 'paymentId')::uuid
       WHERE t.type = ANY($2::text[])`,
      [this.ground.clock.now(), Object.keys(this.jobs)],
    );
    const named = rows.map((row) => ({ ...row, name: this.eventName(row) }));
    // Within one transaction rows may come in any order: names are the same in every run, ids are not.
    for (const row of named.toSorted((a, b) => (`${a.name}/${a.id}` < `${b.name}/${b.id}` ? -1 : 1)))
      for (const [job, run] of this.jobs[row.type]!) this.enqueue(`${job} (${row.name})`, () => run(row.payload));
  }

  private eventName({ type, payload, charge }: OutboxRow): string {
    const index = charge?.split('_').at(-1)?.padStart(4, '0');
    const about = index === undefined ? this.orderName(payload['orderId'] ?? '') : `charge ${index}`;
    return [type, about, payload['amountMinor'], payload['reason']].filter(Boolean).join(' ');
  }

  private enqueue(what: string, run: () => Promise<unknown>): void {
    const { dice } = this;
    const work = async (tries: number): Promise<void> => {
      const { kind } = await this.attempt(what, run, !what.startsWith('pay back'));
      if (kind !== 'unknown') return;
      if (tries < MOST_TRIES || !what.startsWith('send refund'))
        this.at(this.now + dice.between(1, 30) * MINUTE, what, () => work(tries + 1));
      else this.tell(`${what}: the queue gives up`);
    };
    for (let times = dice.percent(20) ? 2 : 1; times > 0; times -= 1)
      this.at(this.now + (dice.percent(70) ? dice.upTo(MINUTE) : dice.upTo(6 * 60 * MINUTE)), what, () => work(1));
  }

  /** Time passes and nobody does anything any more; the gateway answers again. */
  private async settle(): Promise<void> {
    this.tell('nobody does anything any more');
    this.gateway.silence = 0;
    const began = this.now;
    for (this.rounds = 1; this.rounds <= MOST_ROUNDS; this.rounds += 1) {
      const next = this.rounds <= 4 ? this.now + 5 * MINUTE : await this.nextRound();
      if (next === undefined) return;
      if (next > began + MOST_DAYS * DAY) break;
      this.ground.clock.advance((next - this.now) / MINUTE);
      await this.sweep();
      await this.payBackCalledOff();
      await this.reconcile();
      await this.run();
    }
    this.broken.push(`it does not come to an end in ${MOST_DAYS} days, or ${this.rounds} rounds`);
  }

  /** @returns `undefined` when all is over and nobody is to be asked about anything any more */
  private async nextRound(): Promise<number | undefined> {
    const [{ isStill, nextAskAt }] = (await this.query<{ isStill: boolean; nextAskAt: Date | null }>(STILL, [
      this.place.organizationId,
    ])) as [{ isStill: boolean; nextAskAt: Date | null }];
    if (!isStill) return this.now + 21 * 60 * MINUTE;
    return nextAskAt === null ? undefined : Math.max(this.now, nextAskAt.getTime()) + 5 * DAY;
  }
}

/** Whether nothing of a world is under way, as far as we know, and when the gateway is asked about it again. */
const STILL = `SELECT count(*) FILTER (WHERE o.state IN ('PENDING', 'AWAITING_APPROVAL', 'OFFERED') OR p.state IN ('PENDING', 'DISPUTED')
    OR r.state IN ('REQUESTED', 'SENT', 'FAILED')) = 0 AS "isStill", least(min(p.next_ask_at), min(r.next_ask_at)) AS "nextAskAt"
  FROM orders o LEFT JOIN payments p ON p.reference = o.id LEFT JOIN refunds r ON r.payment_id = p.id WHERE o.organization_id = $1`;

const isDead = (error: unknown): boolean =>
  error instanceof Error &&
  ((error.cause as unknown) instanceof Killed || (error as { driverError?: unknown }).driverError instanceof Killed);

/** The name of a refusal or of the caller's error; `undefined` for what must not happen. */
function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return (error as object).constructor.name;
  return (error as { extensions?: { code?: string } }).extensions?.code;
}
