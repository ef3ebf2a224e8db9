import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromBareServer, FromListener, ToBareServer, ToListener } from './talk.js';

/** A child that answers each message with one. */
class Child<To extends object, From> {
  private readonly child: ChildProcess;

  constructor(file: string) {
    this.child = fork(fileURLToPath(new URL(file, import.meta.url)), { serialization: 'advanced' });
  }

  get pid(): number {
    return this.child.pid!;
  }

  async next(): Promise<From> {
    return await new Promise((resolve, reject) => {
      const onExit = (code: number | null): void => reject(new Error(`${this.child.spawnargs[1]} ended with ${code}`));
      this.child.once('exit', onExit);
      this.child.once('message', (message) => {
        this.child.off('exit', onExit);
        resolve(message as From);
      });
    });
  }

  async ask(message: To): Promise<From> {
    const answer = this.next();
    this.child.send(message);
    return await answer;
  }

  stop(): void {
    this.child.kill();
  }
}

export class ListenerChild extends Child<ToListener, FromListener> {
  constructor() {
    super('listener.js');
  }

  async report(): Promise<FromListener & { kind: 'report' }> {
    return (await this.ask({ kind: 'report' })) as FromListener & { kind: 'report' };
  }
}

export class BareServerChild extends Child<ToBareServer, FromBareServer> {
  constructor() {
    super('bare-server.js');
  }

  async send(order: Omit<ToBareServer, 'kind'>): Promise<FromBareServer & { kind: 'sent' }> {
    return (await this.ask({ kind: 'send', ...order })) as FromBareServer & { kind: 'sent' };
  }
}
