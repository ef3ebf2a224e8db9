/** A stored file: its bytes and its media type. */
export interface StoredFile {
  body: Buffer;
  contentType: string;
}

/** Where documents are kept. Keys look like paths: `tickets/<id>.pdf`. Writing a key again replaces the file. */
export abstract class Storage {
  abstract put(key: string, file: StoredFile): Promise<void>;
  /** `undefined` when there is no such file. */
  abstract get(key: string): Promise<StoredFile | undefined>;
  /** Keys that begin with `prefix`, in order. */
  abstract list(prefix: string): Promise<string[]>;
  abstract delete(key: string): Promise<void>;
}
