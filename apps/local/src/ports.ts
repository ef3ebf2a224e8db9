import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A port of this machine that nobody listens on. Somebody may take it before we do: see `withFreePort`. */
export function freePort(): Promise<number> {
  return listen(0, '127.0.0.1');
}

/**
 * Calls `start` with the given port, or with free ones until it finds one that is still free by then.
 * `start` must fail with a message that has `Address already in use` in it.
 */
export async function withFreePort<T>(given: number | undefined, start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(given ?? (await freePort()));
    } catch (error) {
      if (given !== undefined || attempt === 5 || !/Address already in use/i.test(String(error))) throw error;
      await delay(50);
    }
  }
}

/** @returns undefined when the port can be listened on, else one line that says why not and what to do */
export async function describePortTaken(port: number, host = '127.0.0.1'): Promise<string | undefined> {
  try {
    await listen(port, host);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      return `Port ${port} is taken by another program. End it, or choose another port: PORT=${port + 1} npm start`;
    if (code === 'EACCES') return `Port ${port} needs root rights. Choose one above 1023: PORT=3000 npm start`;
    return `Port ${port} of ${host} cannot be listened on: ${message}`;
  }
}

/** Listens for a moment. @returns the port */
function listen(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
