import type { GraphQLError } from 'graphql';
import type { Path } from 'graphql/jsutils/Path.js';

/** The errors of the fields. What fails inside of something that is null already is not told. */
export class FieldErrors {
  readonly all: GraphQLError[] = [];
  private readonly nulled = new Set<Path | undefined>();

  /** @param path of what becomes null by it; undefined for the whole answer */
  add(error: GraphQLError, path: Path | undefined): void {
    for (let at = path; at !== undefined; at = at.prev) if (this.nulled.has(at)) return;
    if (this.nulled.has(undefined)) return;
    this.nulled.add(path);
    this.all.push(error);
  }
}
