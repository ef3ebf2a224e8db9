import { Batcher, newId } from '#kernel';
import { busy } from '../graphql/caller-errors.js';
import { type Caller, correlation } from '../logging/correlation.js';

interface Asked<Request> {
  request: Request;
  id: string;
  caller: Caller | undefined;
}

type Outcome<Answer> = { answer: Answer } | { error: unknown };

const MOST_IN_A_BATCH = 128;
const MOST_WAITING = 2_000;

/**
 * Requests that come at the same time and are done together, in one transaction. What fails together is tried one by
 * one: a refusal is of who asked, and nobody keeps another from being answered. Of one key each is done after the other.
 */
export class Gathering<Request, Answer> {
  private readonly batches: Batcher<Asked<Request>, Outcome<Answer>>;

  /**
   * @param work does all of them, of different keys, or none
   * @param isAlone of a request that has to be done for who asks, and not with others
   */
  constructor(
    private readonly work: (requests: Request[]) => Promise<Answer[]>,
    private readonly key: (request: Request) => string,
    private readonly isAlone: (request: Request) => boolean = () => false,
  ) {
    this.batches = new Batcher((asked) => this.answer(asked), {
      most: MOST_IN_A_BATCH,
      lanes: 1,
      mostWaiting: MOST_WAITING,
      key: ({ request }) => key(request),
      overflow: () => busy(),
    });
  }

  /** @throws BUSY when too many wait */
  async submit(request: Request): Promise<Answer> {
    const asked = { request, id: correlation.id() ?? newId(), caller: correlation.caller() };
    const outcome = await this.batches.submit(asked);
    if ('error' in outcome) throw outcome.error;
    return outcome.answer;
  }

  private async answer(asked: Asked<Request>[]): Promise<Outcome<Answer>[]> {
    const outcomes = await this.together(this.firsts(asked));
    for (const one of asked) if (!outcomes.has(one)) outcomes.set(one, await this.alone(one));
    return asked.map((one) => outcomes.get(one)!);
  }

  /** The first of each key, as far as it need not be alone. */
  private firsts(asked: Asked<Request>[]): Asked<Request>[] {
    const firsts = new Map<string, Asked<Request>>();
    for (const one of asked) {
      const key = this.key(one.request);
      if (!firsts.has(key)) firsts.set(key, one);
    }
    return [...firsts.values()].filter(({ request }) => !this.isAlone(request));
  }

  private async together(asked: Asked<Request>[]): Promise<Map<Asked<Request>, Outcome<Answer>>> {
    if (asked.length < 2) return new Map();
    try {
      // The id of none of these requests tells whose this is.
      const answers = await correlation.run(newId(), () => this.work(asked.map(({ request }) => request)));
      return new Map(asked.map((one, index) => [one, { answer: answers[index]! }]));
    } catch {
      // Nothing of it was kept.
      return new Map();
    }
  }

  private async alone({ request, id, caller }: Asked<Request>): Promise<Outcome<Answer>> {
    try {
      const [answer] = await correlation.run(id, () => this.work([request]), caller);
      return { answer: answer! };
    } catch (error) {
      return { error };
    }
  }
}
