import type { Readable } from 'node:stream';

export interface FeedFile {
  /** Unpacked. */
  bytes: number;
  open(): Promise<Readable>;
}

/** The `*.txt` files of a feed by name. */
export interface Feed {
  files: Map<string, FeedFile>;
  close(): void;
}
