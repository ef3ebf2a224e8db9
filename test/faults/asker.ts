import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Journal } from './journal.js';

/** Longer nobody waits for an answer: a lock is waited for five seconds at most. */
const HANGS_MS = 9_000;
/** Every server is back by then, and its clients have found it again. */
const PATIENCE_MS = 30_000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;

/** What came back for one request. `again` says nothing about what was done. */
type Attempt<Data> = { kind: 'answer'; data: Data } | { kind: 'again'; why: string } | { kind: 'wrong'; why: string };

/** An answer, with the moments that matter for who had what when: milliseconds of the epoch. */
export interface Answered<Data> {
  data: Data;
  /** When it was sent for the first time, and for the last. */
  asked: number;
  askedLast: number;
  told: number;
  /** How often it was sent: more than once when an answer was lost. */
  attempts: number;
}

/** Nobody answered, or not as the interface says. It is in the journal already. */
export class NoAnswer extends Error {}

/**
 * Asks over HTTP as any client does, and again with the same idempotency key until there is an answer. Everything that
 * no client should ever see is written into the journal.
 */
export class Asker {
  constructor(
    /** Of any of the processes. */
    private readonly url: () => string,
    private readonly journal: Journal,
    /** There is no hope of an answer any more. */
    private readonly hopeless: AbortSignal,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** @throws NoAnswer */
  async ask<Data>(query: string, variables: object): Promise<Answered<Data>> {
    return await this.again(() => this.graphql<Data>(query, variables));
  }

  /** Presses a button of the sandbox's pay page. @throws NoAnswer */
  async press(payUrl: string, outcome: string): Promise<Answered<string>> {
    return await this.again(() => this.page(payUrl, outcome));
  }

  private async again<Data>(attempt: () => Promise<Attempt<Data>>): Promise<Answered<Data>> {
    const began = performance.now();
    const asked = Date.now();
    for (let attempts = 1, pause = FIRST_PAUSE_MS; ; attempts += 1, pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const askedLast = Date.now();
      const outcome = await attempt();
      if (outcome.kind === 'answer') {
        const told = Date.now();
        this.journal.answered(askedLast, told, attempts);
        return { data: outcome.data, asked, askedLast, told, attempts };
      }
      if (outcome.kind === 'wrong') {
        this.journal.wrong(outcome.why);
        throw new NoAnswer(outcome.why);
      }
      this.journal.lost(outcome.why);
      if (this.hopeless.aborted) throw new NoAnswer(outcome.why);
      if (performance.now() - began > PATIENCE_MS) {
        this.journal.wrong(
          `no answer for ${Math.round(performance.now() - began)} ms, the last reason: ${outcome.why}`,
        );
        throw new NoAnswer(outcome.why);
      }
      await delay(pause);
    }
  }

  private async graphql<Data>(query: string, variables: object): Promise<Attempt<Data>> {
    const body = JSON.stringify({ query, variables });
    return await this.post<Data>(`${this.url()}/graphql`, body, 'application/json', (text) => {
      const { data, errors } = JSON.parse(text) as {
        data?: Data;
        errors?: { message: string; extensions?: { code?: string } }[];
      };
      if (!errors?.[0]) return { kind: 'answer', data: data! };
      const { message, extensions } = errors[0];
      const kind = extensions?.code === 'BUSY' || extensions?.code === 'UNAVAILABLE' ? 'again' : 'wrong';
      return { kind, why: kind === 'again' ? extensions!.code! : `${extensions?.code}: ${message}` };
    });
  }

  private async page(payUrl: string, outcome: string): Promise<Attempt<string>> {
    const body = new URLSearchParams({ outcome }).toString();
    return await this.post(payUrl, body, 'application/x-www-form-urlencoded', (text, status) => {
      if (status === 503) return { kind: 'again', why: 'status 503' };
      if (status >= 400) return { kind: 'wrong', why: `the pay page answered ${status}: ${text.slice(0, 200)}` };
      return { kind: 'answer', data: text };
    });
  }

  private async post<Data>(
    url: string,
    body: string,
    type: string,
    read: (text: string, status: number) => Attempt<Data>,
  ): Promise<Attempt<Data>> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': type, ...this.headers },
        body,
        signal: AbortSignal.timeout(HANGS_MS),
      });
      text = await response.text();
    } catch (error) {
      if ((error as Error).name === 'TimeoutError') return { kind: 'wrong', why: `no answer within ${HANGS_MS} ms` };
      // The process was killed, or is not there yet.
      const cause = (error as { cause?: { code?: string } }).cause;
      return { kind: 'again', why: cause?.code ?? 'connection lost' };
    }
    return read(text, response.status);
  }
}
