import type { Type } from '@nestjs/common';
import { GtfsError, GtfsImport, type GtfsImportSummary } from '#catalogue';
import { ArgumentFault, USAGE, readArguments } from './arguments.js';
import { importProgress } from './progress.js';
import { summaryText } from './summary-text.js';

export interface ImportSurroundings {
  out: NodeJS.WriteStream;
  err: NodeJS.WriteStream;
  withApplication: <T>(work: (get: <X>(type: Type<X>) => X) => Promise<T>) => Promise<T>;
  today: Date;
}

/** @returns the exit code; see USAGE */
export async function importGtfs(
  args: string[],
  { out, err, withApplication, today }: ImportSurroundings,
): Promise<number> {
  const progress = importProgress(out);
  try {
    const options = readArguments(args, today);
    if (options === 'help') {
      out.write(USAGE);
      return 0;
    }
    let started = 0;
    const summary = await withApplication<GtfsImportSummary>(async (get) => {
      started = performance.now();
      return await get(GtfsImport).import({ ...options, onProgress: progress.show });
    });
    progress.end();
    out.write(summaryText(summary, (performance.now() - started) / 1000));
    return summary.nothingInWindow ? 2 : 0;
  } catch (error) {
    progress.end();
    err.write(`${faultText(error)}\n`);
    return 1;
  }
}

/** One line, never a stack trace: what went wrong is in the feed, the options or the services. */
function faultText(error: unknown): string {
  if (error instanceof ArgumentFault) return `${error.message} (npm run import:gtfs -- --help explains)`;
  const message = error instanceof Error && error.message ? error.message : String(error);
  return error instanceof GtfsError ? `${message}\nNothing was imported.` : message;
}
