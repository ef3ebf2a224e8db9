import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { liveMessage } from '../load/operations.js';
import { Samples } from '../load/percentiles.js';
import { ListeningSocket } from './socket.js';
import type { FromListener, ToListener } from './talk.js';

/** Sockets that are opened at the same time. */
const AT_ONCE = 50;
/** So long nothing may come before everything counts as delivered. */
const QUIET_MS = 1000;
const PATIENCE_MS = 30_000;

interface Record {
  bytes: Buffer;
  arrivals: Samples;
  order: number;
}

/** A process of its own with all the sockets: it notes when each message came to each of them. */
class Listener {
  private readonly sockets: { socket: ListeningSocket; last?: Record }[] = [];
  private records = new Map<string, Record>();
  private recent: Record | undefined;
  private clock = 0;
  private lastArrival = 0;
  private cpu = process.cpuUsage();
  private readonly lost: string[] = [];

  async connect({ url, count, subscription }: ToListener & { kind: 'connect' }): Promise<void> {
    for (let opened = 0; opened < count; opened += AT_ONCE) {
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - opened) }, () => this.open(url, subscription)));
    }
  }

  /** Forgets what came so far. */
  record(): void {
    this.clock = epochOffset();
    this.records = new Map();
    this.recent = undefined;
    this.cpu = process.cpuUsage();
  }

  async report(): Promise<FromListener> {
    const { user, system } = process.cpuUsage(this.cpu);
    this.lastArrival = performance.now();
    for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await delay(50))
      if (performance.now() - this.lastArrival > QUIET_MS) break;
    return {
      kind: 'report',
      delivered: Array.from(this.records.values(), ({ bytes, arrivals }) => ({
        text: bytes.toString(),
        arrivals: arrivals.all().slice(),
      })),
      cpuSeconds: (user + system) / 1e6,
      behind: this.behind(),
      lost: this.lost.slice(0, 5),
    };
  }

  /** Sockets that do not know the newest number. Two that know it may have been told by different messages. */
  private behind(): number {
    const numbers = new Map(
      Array.from(this.records.values(), (record) => [
        record,
        liveMessage(record.bytes.toString())?.sequence ?? record.order,
      ]),
    );
    const newest = Math.max(...numbers.values());
    return numbers.size > 0 ? this.sockets.filter(({ last }) => !last || numbers.get(last) !== newest).length : 0;
  }

  /** A subscriber is there when it has its first message, a bare socket when it is open. */
  private async open(address: string, subscription: string | undefined): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      let isListening = false;
      const onText = (payload: Buffer): void => {
        if (isListening) return this.take(entry, payload);
        const text = payload.toString();
        if (text.includes('"connection_ack"')) socket.send(subscription!);
        else if (text.includes('"next"')) {
          isListening = true;
          resolve();
        } else reject(new Error(`a subscription was answered with ${text}`));
      };
      const socket = new ListeningSocket(
        new URL(address),
        subscription ? 'graphql-transport-ws' : '',
        onText,
        (why) => {
          this.lost.push(why);
          reject(new Error(why));
        },
      );
      const entry: { socket: ListeningSocket; last?: Record } = { socket };
      this.sockets.push(entry);
      void this.greet(socket, subscription).then((isReady) => {
        isListening = isReady;
        return isReady && resolve();
      }, reject);
    });
  }

  /** @returns whether the socket needs nothing else */
  private async greet(socket: ListeningSocket, subscription: string | undefined): Promise<boolean> {
    await socket.open();
    if (subscription) socket.send('{"type":"connection_init"}');
    return !subscription;
  }

  private take(entry: { socket: ListeningSocket; last?: Record }, payload: Buffer): void {
    const now = performance.now();
    this.lastArrival = now;
    if (payload.length < 40 && payload.toString().includes('"ping"')) return entry.socket.send('{"type":"pong"}');
    const record = this.recent && payload.equals(this.recent.bytes) ? this.recent : this.find(payload);
    this.recent = record;
    record.arrivals.add(now + this.clock);
    entry.last = record;
  }

  private find(payload: Buffer): Record {
    const key = payload.toString('latin1');
    const known = this.records.get(key);
    if (known) return known;
    const made = { bytes: Buffer.from(payload), arrivals: new Samples(), order: this.records.size };
    this.records.set(key, made);
    return made;
  }
}

/** What `performance.now()` lacks to the time of day, to a fraction of a millisecond: at the moment when it ticks. */
function epochOffset(): number {
  const now = Date.now();
  while (Date.now() === now);
  return Date.now() - performance.now();
}

const listener = new Listener();
const tell = (message: FromListener): void => void process.send?.(message);
const fail = (error: unknown): void => {
  console.error(error);
  process.exit(1);
};

process.on('message', (message: ToListener) => {
  if (message.kind === 'connect') {
    listener.connect(message).then(() => tell({ kind: 'connected' }), fail);
  } else if (message.kind === 'record') {
    listener.record();
    tell({ kind: 'recording' });
  } else listener.report().then(tell, fail);
});
process.once('disconnect', () => process.exit(0));
