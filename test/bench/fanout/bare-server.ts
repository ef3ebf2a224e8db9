import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import type { FromBareServer, ToBareServer } from './talk.js';

/** The yardstick of the fan-out: `ws` and a loop, with nothing to find out. */
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.once('listening', () => tell({ kind: 'listening', port: (server.address() as AddressInfo).port }));
let sequence = 0;

process.on('message', ({ ratePerSecond, seconds, bytes }: ToBareServer) => {
  void send(ratePerSecond, seconds, bytes).then(tell);
});
process.once('disconnect', () => process.exit(0));

async function send(ratePerSecond: number, seconds: number, bytes: number): Promise<FromBareServer> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const rounds = Math.round(ratePerSecond * seconds);
  for (let round = 0; round < rounds; round++) {
    await delay(Math.max(0, began + (round * 1000) / ratePerSecond - performance.now()));
    const text = `{"sequence":${++sequence},"padding":"`.padEnd(bytes - 2, 'x') + '"}';
    for (const client of server.clients) client.send(text);
  }
  // What is still being written belongs to it.
  await delay(200);
  const { user, system } = process.cpuUsage(cpu);
  return { kind: 'sent', messages: rounds * server.clients.size, cpuSeconds: (user + system) / 1e6 };
}

function tell(message: FromBareServer): void {
  process.send?.(message);
}
