import { writeFileSync } from 'node:fs';
import type { Machine } from './ground/machine.js';
import { type Result, round } from './rounds.js';

const MARKS: Record<Result['state'], string> = {
  goal: '✓ goal',
  floor: '· above the floor',
  'below the floor': '✗ BELOW THE FLOOR',
  void: '✗ VOID',
  'not measured': '– not measured',
};

/** A table for people: the ratio in the middle of what it must and what it should be. */
export function table(results: Result[]): string {
  const rows = results.map((result) => {
    const { target, value, yardstick, ratio, range, latencyMs, cores } = result;
    return [
      target.name,
      value === undefined ? '–' : `${round(value)} ${target.unit}`,
      target.yardstick ? `${yardstick === undefined ? '–' : round(yardstick)} ${target.yardstick}` : '',
      ratio === undefined ? '' : round(ratio),
      range ? `${round(range[0])} … ${round(range[1])}` : '',
      String(target.floor),
      String(target.goal),
      latencyMs ? [latencyMs.p50, latencyMs.p99, latencyMs.p999].map(round).join(' / ') : '',
      cores
        ? [cores.api, cores.postgres, cores.generator]
            .map((part) => (part === undefined ? '–' : part.toFixed(2)))
            .join(' / ')
        : '',
      MARKS[result.state],
    ];
  });
  const head = [
    'scenario',
    'value',
    'yardstick',
    'ratio',
    'of the rounds',
    'floor',
    'goal',
    'p50 / p99 / p99.9 ms',
    'cores API / PG / generator',
    '',
  ];
  const widths = head.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]!.length)));
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index]!))
      .join('  ')
      .trimEnd(),
  );
  const why = results.flatMap(({ target, why: reason, dropped, rounds }) => [
    ...(reason ? [`${target.name}: ${reason}`] : []),
    ...(dropped > 0
      ? [
          `${target.name}: ${dropped} of ${dropped + rounds} rounds were dropped, the load generator used more than 0.9 cores`,
        ]
      : []),
  ]);
  return [...lines, ...(why.length > 0 ? ['', ...why] : [])].join('\n');
}

export interface About {
  machine: Machine;
  data: string;
  form: string;
}

export function describeRun({ machine, data, form }: About): string {
  const { cores, cpu, memoryGib, kernel, node, postgres, redis, settings } = machine;
  return [
    `${cores} cores (${cpu}), ${memoryGib} GiB, Linux ${kernel}`,
    `Node ${node}, PostgreSQL ${postgres}, ${redis}`,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}`)
      .join(', '),
    `Product database at the end: ${data}`,
    form,
  ].join('\n');
}

export function writeJson(file: string, results: Result[], about: About): void {
  const entries = results.map(({ target, ...result }) => {
    const { name, unit, floor, goal, yardstick: yardstickName } = target;
    const { value, yardstick, ratio, ...rest } = result;
    return [
      name,
      {
        value: value ?? null,
        unit,
        yardstick: yardstick ?? null,
        yardstickName,
        ratio: ratio ?? null,
        floor,
        goal,
        ...rest,
      },
    ];
  });
  writeFileSync(file, `${JSON.stringify({ ...Object.fromEntries(entries), about }, null, 2)}\n`);
}
