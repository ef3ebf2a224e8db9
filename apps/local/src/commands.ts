import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program lies on the PATH; undefined when it does not. */
export function findCommand(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  for (const folder of path.split(delimiter)) {
    const file = join(folder || '.', name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** Tools of the system itself, which a cron job or a service manager may leave off the PATH. */
export function findSystemCommand(name: string): string | undefined {
  return findCommand(name, [process.env['PATH'], '/usr/bin', '/bin', '/usr/sbin', '/sbin'].join(delimiter));
}
