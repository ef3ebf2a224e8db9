import { CsvError, type Info, parse } from 'csv-parse';
import type { FeedTable } from './feed-tables.js';
import { FieldFault } from './fields.js';
import { GtfsError } from './gtfs-error.js';

/** An unclosed quote swallows the lines that follow: it is found after this much, not after the whole file. */
const MOST_RECORD_BYTES = 128 * 1024;
/** Text is handed to COPY in pieces of at least this many characters. */
const PIECE = 64 * 1024;

export interface ReadProgress {
  rows: number;
  bytesRead: number;
}

/**
 * Turns the bytes of a feed's file into rows of PostgreSQL's COPY (text format): the line number, then the columns of
 * `table` in their order; a column that the file does not have is what an empty field is.
 * Takes what feeds in the wild have: a byte order mark, any line ends, quotes, blank lines, blanks around values,
 * columns in any order, short records.
 * @throws GtfsError at the first record that is wrong
 */
export async function* copyRows(
  table: FeedTable,
  bytes: AsyncIterable<Buffer>,
  onProgress?: (progress: ReadProgress) => void,
): AsyncGenerator<string> {
  const rows = new CopyRows(table);
  const parser = parse({
    bom: true,
    trim: true,
    relax_column_count: true,
    skip_records_with_empty_values: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: MOST_RECORD_BYTES,
    // It gives nothing back, so no record goes on through the stream.
    on_record: (record: string[], { lines }: Info) => rows.add(record, lines),
  });
  // What went wrong also reaches the callback of the write that met it.
  parser.on('error', () => undefined).resume();

  let bytesRead = 0;
  try {
    for await (const chunk of bytes) {
      await settled((callback) => parser.write(chunk, callback));
      bytesRead += chunk.length;
      onProgress?.({ rows: rows.count, bytesRead });
      if (rows.length >= PIECE) yield rows.take();
    }
    await settled((callback) => parser.end(callback));
  } catch (error) {
    throw asGtfsError(table.file, error, rows.nextLine);
  } finally {
    parser.destroy();
  }
  rows.mustHaveHeader();
  onProgress?.({ rows: rows.count, bytesRead });
  yield rows.take();
}

async function settled(start: (callback: (error?: Error | null) => void) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
}

class CopyRows {
  count = 0;
  /** Where the record begins that is being read. */
  nextLine = 1;

  private columns: { name: string; index: number; field: (value: string) => string }[] | undefined;
  private width = 0;
  private rows = '';
  /** csv-parse counts a CRLF inside quotes as two lines. */
  private overcounted = 0;

  constructor(private readonly table: FeedTable) {}

  get length(): number {
    return this.rows.length;
  }

  take(): string {
    const { rows } = this;
    this.rows = '';
    return rows;
  }

  /** @param end the line where the record ends, as csv-parse counts */
  add(record: string[], end: number): null {
    const line = this.beginning(record, end);
    if (this.columns) this.addRow(record, line);
    else this.readHeader(record, line);
    return null;
  }

  mustHaveHeader(): void {
    if (!this.columns) this.refuse(1, 'is empty');
  }

  private readHeader(names: string[], line: number): void {
    this.columns = Object.entries(this.table.columns).map(([name, { field, required }]) => {
      const index = names.indexOf(name);
      if (index < 0 && required) this.refuse(line, `has no column ${name}`);
      if (names.includes(name, index + 1) && index >= 0) this.refuse(line, `has the column ${name} twice`);
      return { name, index, field };
    });
    this.width = names.length;
  }

  private addRow(record: string[], line: number): void {
    if (record.length > this.width && record.slice(this.width).some((value) => value !== '')) {
      this.refuse(line, 'has more values than there are columns');
    }
    let row = String(line);
    for (const { name, index, field } of this.columns!) {
      const value = record[index] ?? '';
      try {
        row += `\t${field(value)}`;
      } catch (error) {
        if (!(error instanceof FieldFault)) throw error;
        this.refuse(line, `${name}${value === '' ? '' : ` "${value.slice(0, 60)}"`} ${error.message}`);
      }
    }
    this.rows += `${row}\n`;
    this.count += 1;
  }

  private beginning(record: string[], countedEnd: number): number {
    let inside = 0;
    const before = this.overcounted;
    if (countedEnd - before !== this.nextLine) {
      // Blank lines before it, or line ends within quotes.
      for (const value of record) {
        inside += (value.match(/\r\n|\n|\r/g) ?? []).length;
        this.overcounted += (value.match(/\r\n/g) ?? []).length;
      }
    }
    const end = countedEnd - this.overcounted;
    this.nextLine = end + 1;
    return end - inside;
  }

  private refuse(line: number, reason: string): never {
    throw new GtfsError(this.table.file, line, reason);
  }
}

const QUOTING_FAULTS: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'has a quote that is not closed',
  CSV_MAX_RECORD_SIZE: `is longer than ${MOST_RECORD_BYTES / 1024} KiB: is a quote not closed?`,
  CSV_INVALID_CLOSING_QUOTE: 'has text behind a closing quote: is a quote not closed?',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'has text behind a closing quote: is a quote not closed?',
  INVALID_OPENING_QUOTE: 'has a quote inside a value that does not begin with one',
};

function asGtfsError(file: string, error: unknown, recordLine: number): unknown {
  if (error instanceof GtfsError) return error;
  if (error instanceof CsvError) {
    const reason = QUOTING_FAULTS[error.code] ?? error.message;
    // Where the record began tells more than where the quote was missed, half a file later.
    return new GtfsError(file, error.code === 'INVALID_OPENING_QUOTE' ? Number(error['lines']) : recordLine, reason);
  }
  // From unpacking or the disk.
  return new GtfsError(file, undefined, `cannot be read (${(error as Error).message})`);
}
