import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Feed, FeedFile } from './feed.js';
import { GtfsError } from './gtfs-error.js';
import { openZip } from './zip-feed.js';

/**
 * Opens a GTFS feed: a folder, or a zip that has the files at its top or in one folder.
 * @throws GtfsError when there is no such thing
 */
export async function openFeed(path: string): Promise<Feed> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new GtfsError(path, undefined, 'there is no such file or folder');
  return found.isDirectory() ? await openFolder(path) : await openZip(path);
}

async function openFolder(path: string): Promise<Feed> {
  const files = new Map<string, FeedFile>();
  for (const name of await readdir(path)) {
    const file = join(path, name);
    const found = name.endsWith('.txt') ? await stat(file).catch(() => undefined) : undefined;
    if (found?.isFile())
      files.set(name, { bytes: found.size, open: async () => await Promise.resolve(createReadStream(file)) });
  }
  return { files, close: () => undefined };
}
