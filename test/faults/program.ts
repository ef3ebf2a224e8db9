import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Guard, GuardedProcess } from '../../apps/local/src/guard.js';
import { lastWords } from '../../apps/local/src/log-file.js';

const PATIENCE_MS = 60_000;

/** A process of the application, which can be killed and started again on the same port. */
export class Program {
  private process: GuardedProcess | undefined;
  private starts = 0;
  private wasKilled = false;
  /** How it ended by itself, if it ever did. */
  private ended: string | undefined;

  constructor(
    private readonly guard: Guard,
    private readonly folder: string,
    readonly name: string,
    private readonly env: Record<string, string>,
    /** Hears what must never happen: the program ended without being killed. */
    private readonly onLeft: (words: string) => void = () => undefined,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.env['PORT']}`;
  }

  /** Returns when it answers. */
  async start(): Promise<void> {
    await this.launch([]);
    const began = performance.now();
    while (!(await this.isUp())) {
      if (this.ended) throw new Error(this.lastWords(`ended with ${this.ended} while starting`));
      if (performance.now() - began > PATIENCE_MS) throw new Error(this.lastWords('does not answer'));
      await delay(25);
    }
    this.process!.unref();
  }

  /** Runs it to its end. */
  async run(...args: string[]): Promise<void> {
    await this.launch(args);
    const how = await this.process!.exited;
    if (how !== 'exit code 0') throw new Error(this.lastWords(`ended with ${how}`));
  }

  async kill(): Promise<void> {
    this.wasKilled = true;
    process.kill(this.process!.pid, 'SIGKILL');
    await this.process!.exited;
  }

  private async launch(args: string[]): Promise<void> {
    this.starts += 1;
    this.wasKilled = false;
    this.ended = undefined;
    const started = await this.guard.start({
      name: this.name,
      // The guard hands down no environment of its own; `env` becomes the program, so the number stays the same.
      command: [
        '/usr/bin/env',
        ...Object.entries(this.env).map(([key, value]) => `${key}=${value}`),
        process.execPath,
        '--enable-source-maps',
        'dist/apps/api/src/main.js',
        ...args,
      ],
      cwd: process.cwd(),
      logFile: this.log,
      recordFile: `${this.log}.json`,
    });
    this.process = started;
    void this.mourn(started);
  }

  private async mourn(started: GuardedProcess): Promise<void> {
    const how = await started.exited;
    if (started !== this.process || this.wasKilled) return;
    this.ended = how;
    this.onLeft(this.lastWords(`left by itself with ${how}`));
  }

  private lastWords(what: string): string {
    return `${this.name} ${what}: ${lastWords(this.log)}`;
  }

  private get log(): string {
    return join(this.folder, `${this.name}-${this.starts}.log`);
  }

  private async isUp(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/health/live`, { headers: { connection: 'close' } })).ok;
    } catch {
      return false;
    }
  }
}
