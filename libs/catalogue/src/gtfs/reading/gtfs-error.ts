/**
 * A feed that is not as GTFS demands. The message is for people: `stop_times.txt line 17: departure_time "8:61" is not
 * a time (HH:MM:SS)`. Nothing of the feed has been imported.
 */
export class GtfsError extends Error {
  override name = 'GtfsError';

  constructor(
    /** `stop_times.txt`, or the path of the feed where no file is to blame. */
    readonly file: string,
    /** The line where the record begins, the header being line 1. */
    readonly line: number | undefined,
    readonly reason: string,
    /** How many more records have the same fault, where counting them cost nothing. */
    readonly further = 0,
  ) {
    super(
      `${file}${line === undefined ? '' : ` line ${line}`}: ${reason}${further > 0 ? ` (and ${further} more)` : ''}`,
    );
  }
}
