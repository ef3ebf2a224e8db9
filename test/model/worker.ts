import { performance } from 'node:perf_hooks';
import type { StoppedClock } from '../support/clock.js';
import { type Book, type Booking, type Span, open, first } from './book.js';
import type { Answer, Desk } from './desk.js';
import type { Plan } from './plans.js';
import type { Operation, Round } from './round.js';

/** Does what is planned, and writes down in the book what was answered. */
export class Worker {
  private step = 0;

  constructor(
    readonly book: Book,
    private readonly desks: Desk[],
    private readonly clock: StoppedClock,
  ) {}

  get now(): number {
    return this.clock.now().getTime();
  }

  async run(plan: Plan, desk: number, round: Round): Promise<Operation> {
    const booking = 'booking' in plan ? plan.booking : undefined;
    const begin = this.next();
    const before = {
      beganMs: performance.now(),
      began: this.now,
      endBefore: booking?.end ?? 0,
      extensionsBefore: booking?.extensions ?? 0,
      placesBefore: booking ? open(booking) : [],
    };
    const answer = await this.ask(plan, this.desks[desk]!, begin, round);
    const span = { begin, end: this.next() };
    const { began, ...known } = before;
    const clock = { begin: began, end: this.now };
    const operation: Operation = { plan, desk, span, clock, answer, endedMs: performance.now(), ...known };
    if (answer.name === 'done') this.note(plan, answer, span, began);
    round.operations.push(operation);
    return operation;
  }

  private next(): number {
    this.step += 1;
    return this.step;
  }

  private async ask(plan: Plan, desk: Desk, step: number, round: Round): Promise<Answer> {
    switch (plan.kind) {
      case 'reserve':
        return await desk.reserve(plan, plan.wanted);
      case 'repeat':
        return await desk.reserve(plan.booking, plan.wanted);
      case 'add':
        return await desk.add(plan.booking, plan.wanted);
      case 'remove':
        return await desk.remove(plan.booking, plan.wanted[0]!);
      case 'extend':
        return await desk.extend(plan.booking);
      case 'cancel':
        return await desk.cancel(plan.booking);
      case 'check-out':
        return await desk.checkOut(plan.booking);
      case 'pay':
        return await desk.pay(plan.booking);
      case 'give-back':
        return await desk.giveBack(plan.ticket);
      case 'sweep':
        return await desk.sweep();
      case 'advance':
        this.clock.advance(plan.minutes);
        round.advanced(step, this.now);
        this.book.lapse(this.now, step);
        return { name: 'done' };
    }
  }

  private note(plan: Plan, answer: Answer, span: Span, began: number): void {
    const { book } = this;
    switch (plan.kind) {
      case 'reserve':
        return this.noteReservation(plan, answer, span, began);
      case 'add':
        return book.add(plan.booking, plan.wanted, span);
      case 'remove':
        return book.free(plan.booking, plan.wanted[0]!, span);
      case 'extend':
        plan.booking.extensions += 1;
        plan.booking.end = Math.max(plan.booking.end, answer.reservation!.expiresAt.getTime());
        return;
      case 'cancel':
        return book.cancel(plan.booking, span);
      case 'check-out':
        plan.booking.orderId = answer.order!.id;
        plan.booking.ordered = first(plan.booking.ordered, span);
        return;
      case 'pay':
        return this.notePayment(plan.booking, answer, span);
      case 'give-back':
        book.free(plan.booking, plan.ticket, span);
        plan.ticket.givenBack = span;
        return;
      case 'advance':
      case 'sweep':
      case 'repeat':
    }
  }

  private noteReservation(
    { market, from, to, key, wanted }: Extract<Plan, { kind: 'reserve' }>,
    { reservation }: Answer,
    opened: Span,
    createdAt: number,
  ): void {
    const { id, expiresAt } = reservation!;
    const noted = this.book.open({ id, market, from, to, key, opened, createdAt, end: expiresAt.getTime() }, wanted);
    // The clock may have moved on while it was on its way.
    if (noted.end <= this.now) noted.lapsed ??= opened.end;
  }

  private notePayment(booking: Booking, { order, tickets }: Answer, span: Span): void {
    if (order!.state !== 'PAID') {
      booking.refused ??= span;
      return;
    }
    if (booking.paid) {
      // The provider said it twice at the same time.
      booking.paid.begin = Math.min(booking.paid.begin, span.begin);
      return;
    }
    booking.paid = { ...span };
    booking.tickets = tickets!;
    for (const place of open(booking)) place.sold = booking.paid;
  }
}
