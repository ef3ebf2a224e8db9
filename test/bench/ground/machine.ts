import { cpus, release, totalmem } from 'node:os';
import type { Ground } from './ground.js';

/** What a figure means nothing without. */
export interface Machine {
  cores: number;
  cpu: string;
  memoryGib: number;
  kernel: string;
  node: string;
  postgres: string;
  redis: string;
  /** As the server says them. */
  settings: Record<string, string>;
}

export async function describeMachine(ground: Ground): Promise<Machine> {
  const client = await ground.client();
  const names = [
    'fsync',
    'synchronous_commit',
    'full_page_writes',
    'wal_sync_method',
    'shared_buffers',
    'max_wal_size',
  ];
  const { rows } = await client.query<{ name: string; value: string }>(
    `SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name`,
    [names],
  );
  await ground.release(client);
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.versions.node,
    postgres: ground.services.postgres!.version,
    redis: ground.services.redis!.version,
    settings: Object.fromEntries(rows.map(({ name, value }) => [name, value])),
  };
}

/** @returns an error when the figures would be of a database that may forget */
export function notDurable({ settings }: Machine): string | undefined {
  const off = ['fsync', 'synchronous_commit', 'full_page_writes'].filter((name) => settings[name] !== 'on');
  return off.length > 0 ? `PostgreSQL runs with ${off.join(', ')} off: no figure is true` : undefined;
}
