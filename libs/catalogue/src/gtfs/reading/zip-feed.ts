import { posix } from 'node:path';
import { type Entry, type ZipFile, openPromise } from 'yauzl';
import type { Feed, FeedFile } from './feed.js';
import { GtfsError } from './gtfs-error.js';

/** A feed has some thirty files at most; national ones unpack to about 2 GiB. */
const MOST_ENTRIES = 1000;
const MOST_BYTES = 4 * 1024 ** 3;

/** Reads the table of contents; the files are unpacked as they are read, and one that is larger than stated is refused. */
export async function openZip(path: string): Promise<Feed> {
  const zip = await openPromise(path, { autoClose: false }).catch((error: Error) => {
    throw new GtfsError(path, undefined, `is neither a folder nor a zip (${error.message})`);
  });
  try {
    const entries = textFiles(path, await contents(path, zip));
    const files = new Map<string, FeedFile>();
    for (const entry of entries) {
      const name = posix.basename(entry.fileName);
      if (files.has(name)) throw new GtfsError(path, undefined, `has ${entry.fileName} twice`);
      files.set(name, { bytes: entry.uncompressedSize, open: async () => await zip.openReadStreamPromise(entry) });
    }
    return { files, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function contents(path: string, zip: ZipFile): Promise<Entry[]> {
  if (zip.entryCount > MOST_ENTRIES) throw new GtfsError(path, undefined, `has more than ${MOST_ENTRIES} files`);
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) entries.push(entry);
  } catch (error) {
    throw new GtfsError(path, undefined, `is a damaged zip (${(error as Error).message})`);
  }
  return entries;
}

/** Those at the top; when there are none, those in the one folder that has any. */
function textFiles(path: string, entries: Entry[]): Entry[] {
  const texts = entries.filter(({ fileName }) => fileName.endsWith('.txt') && !fileName.startsWith('__MACOSX/'));
  const folders = new Set(texts.map(({ fileName }) => posix.dirname(fileName)));
  const [folder] = folders.has('.') ? ['.'] : folders;
  if (folder !== '.' && folders.size > 1) {
    throw new GtfsError(path, undefined, `has text files in several folders: ${[...folders].slice(0, 5).join(', ')}`);
  }
  const chosen = texts.filter(({ fileName }) => posix.dirname(fileName) === folder);
  const bytes = chosen.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (bytes > MOST_BYTES) throw new GtfsError(path, undefined, `unpacks to more than ${MOST_BYTES / 1024 ** 3} GiB`);
  return chosen;
}
