import { setTimeout as delay } from 'node:timers/promises';
import { memoryMib } from '../ground/processes.js';
import { startApi } from '../ground/server.js';
import type { Group } from '../rounds.js';

/** Garbage of the start is collected by then. */
const SETTLED_MS = 5000;

/** An API process that nobody has asked anything yet. Under load and with sockets it is looked at where those are. */
export const memory: Group = {
  recipes: [{ name: 'memory.idle', product: ['idle', 'memoryMib'] }],
  rounds: ({ starts }) => starts,

  open: async ({ ground }) =>
    await Promise.resolve({
      contenders: {
        idle: async () => {
          const api = await startApi(ground);
          await delay(SETTLED_MS);
          const memoryMib_ = memoryMib(api.pid);
          await api.stop();
          return { values: { memoryMib: memoryMib_, startSeconds: api.startSeconds } };
        },
      },
      close: () => Promise.resolve([]),
    }),
};
