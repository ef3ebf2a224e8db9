import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { newId } from '#kernel';
import { Storage, type StoredFile } from './storage.js';

const TYPES: Record<string, string> = {
  '.pdf': 'application/pdf',
  '.ics': 'text/calendar',
  '.eml': 'message/rfc822',
  '.xml': 'application/xml',
  '.csv': 'text/csv',
};

/** Documents in a folder. The media type follows from the ending. */
export class DiskStorage extends Storage {
  private readonly root: string;

  constructor(folder: string) {
    super();
    this.root = resolve(folder);
  }

  async put(key: string, { body }: StoredFile): Promise<void> {
    const path = this.path(key);
    await mkdir(dirname(path), { recursive: true });
    // Written beside and renamed: a reader sees the old file or the new one, never half of one.
    const unfinished = `${path}.${newId()}.part`;
    await writeFile(unfinished, body);
    await rename(unfinished, path);
  }

  async get(key: string): Promise<StoredFile | undefined> {
    try {
      return {
        body: await readFile(this.path(key)),
        contentType: TYPES[posix.extname(key)] ?? 'application/octet-stream',
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async list(prefix: string): Promise<string[]> {
    // Only the folder that it names: there may be a hundred thousand tickets in the others.
    const folder = resolve(this.root, prefix.slice(0, prefix.lastIndexOf('/') + 1));
    const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    return files
      .filter((file) => file.isFile() && !file.name.endsWith('.part'))
      .map((file) => relative(this.root, join(file.parentPath, file.name)).split(sep).join('/'))
      .filter((key) => key.startsWith(prefix))
      .toSorted();
  }

  async delete(key: string): Promise<void> {
    await rm(this.path(key), { force: true });
  }

  /** @throws Error for a key that leads out of the folder */
  private path(key: string): string {
    const path = resolve(this.root, key);
    if (!path.startsWith(this.root + sep))
      throw new Error(`storage key ${JSON.stringify(key)} leads out of the folder`);
    return path;
  }
}
