import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuSeconds, familyCpuSeconds } from '../ground/processes.js';
import { percentiles } from '../load/percentiles.js';
import type { Percentiles } from '../load/plan.js';

export interface PgbenchRun {
  script: string;
  clients: number;
  seconds: number;
  /** Arrivals a second (Poisson); as fast as it goes without it. */
  rate?: number;
  variables?: Record<string, number>;
}

export interface PgbenchResult {
  /** A second. */
  rate: number;
  transactions: number;
  /** Of paced runs only: writing every time down would slow the others. */
  latencyMs?: Percentiles;
  /** Of pgbench itself and of the server, over the whole run. */
  cpuSeconds: { generator: number; postgres: number };
  seconds: number;
}

/** PostgreSQL's own load generator: what the database does when nobody stands before it. */
export class Pgbench {
  constructor(
    private readonly command: string,
    private readonly url: string,
    private readonly postgresPid: number,
    private readonly folder: string,
  ) {}

  /** Prepared statements. With a rate, latency counts from when the transaction was due, as ours does. */
  async run({ script, clients, seconds, rate, variables = {} }: PgbenchRun): Promise<PgbenchResult> {
    const folder = mkdtempSync(join(this.folder, 'pgbench-'));
    try {
      writeFileSync(join(folder, 'script.sql'), script);
      const defined = Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]);
      const paced = rate ? ['-R', String(Math.max(1, Math.round(rate)))] : [];
      const args = ['-n', '-M', 'prepared', '-c', `${clients}`, '-j', '1', '-T', `${Math.ceil(seconds)}`, ...paced];
      const log = rate ? ['-l', '--log-prefix', join(folder, 'log')] : [];
      const before = familyCpuSeconds(this.postgresPid);
      const { output, generator } = await this.start([...args, ...log, ...defined, '-f', join(folder, 'script.sql')]);
      const postgres = familyCpuSeconds(this.postgresPid) - before;
      const tps = /^tps = ([\d.]+)/m.exec(output)?.[1];
      const transactions = Number(/actually processed: (\d+)/.exec(output)?.[1]);
      if (!tps || /number of failed transactions: [1-9]/.test(output)) throw new Error(`pgbench said: ${output}`);
      const latencyMs = rate ? percentiles(latencies(folder)) : undefined;
      return {
        rate: Number(tps),
        transactions,
        latencyMs,
        cpuSeconds: { generator, postgres },
        seconds: Math.ceil(seconds),
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  private async start(args: string[]): Promise<{ output: string; generator: number }> {
    const { username, password, hostname, port, pathname } = new URL(this.url);
    const child = spawn(this.command, args, {
      env: {
        PATH: process.env['PATH'],
        PGUSER: username,
        PGPASSWORD: password,
        PGHOST: hostname,
        PGPORT: port,
        PGDATABASE: pathname.slice(1),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let generator = 0;
    const timer = setInterval(() => (generator = Math.max(generator, cpuSeconds(child.pid!))), 100);
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once('error', reject).once('close', resolve),
    );
    clearInterval(timer);
    if (code !== 0) throw new Error(`pgbench ended with ${code}: ${output}`);
    return { output, generator };
  }
}

/** `client transaction microseconds …`, one line each. */
function latencies(folder: string): Float64Array {
  const lines = readdirSync(folder)
    .filter((name) => name.startsWith('log'))
    .flatMap((name) => readFileSync(join(folder, name), 'latin1').trim().split('\n'));
  return Float64Array.from(lines, (line) => Number(line.split(' ', 3)[2]) / 1000);
}
