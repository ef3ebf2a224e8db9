import type { GtfsImportProgress } from '#catalogue';
import { counted } from './summary-text.js';

const BAR = 30;
/** A terminal is redrawn at most this often. */
const REDRAW_MS = 50;

export interface ImportProgressLines {
  show: (progress: GtfsImportProgress) => void;
  /** Completes the last line. */
  end(): void;
}

/** A bar for each file on a terminal; elsewhere a plain line for each file and step when it is over. */
export function importProgress(out: NodeJS.WriteStream): ImportProgressLines {
  let current: GtfsImportProgress | undefined;
  let drawnAt = 0;

  const finish = () => {
    if (!current) return;
    if (out.isTTY) out.write('\r\x1b[K');
    out.write(`  ${'step' in current ? current.step : `${current.file}: ${counted(current.rows, 'row')}`}\n`);
    current = undefined;
  };
  return {
    show: (progress) => {
      const isNew = !current || nameOf(current) !== nameOf(progress);
      if (isNew) finish();
      current = progress;
      if (!out.isTTY || (!isNew && performance.now() - drawnAt < REDRAW_MS)) return;
      drawnAt = performance.now();
      out.write(`\r\x1b[K${line(progress).slice(0, (out.columns || 80) - 1)}`);
    },
    end: finish,
  };
}

function nameOf(progress: GtfsImportProgress): string {
  return 'step' in progress ? progress.step : progress.file;
}

function line(progress: GtfsImportProgress): string {
  if ('step' in progress) return `  ${progress.step} …`;
  const { file, rows, bytesRead, bytesTotal } = progress;
  const share = bytesTotal > 0 ? Math.min(bytesRead / bytesTotal, 1) : 1;
  const full = Math.round(share * BAR);
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  return `  ${file.padEnd(20)} ${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${percent} ${counted(rows, 'row')}`;
}
