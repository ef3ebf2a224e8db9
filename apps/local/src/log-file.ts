import { readFileSync } from 'node:fs';

/**
 * What a program said last, on one line, and where to read the rest. Lines by which PostgreSQL, Redis and apt-get mark
 * an error are preferred to what follows them.
 */
export function lastWords(file: string): string {
  let lines: string[] = [];
  try {
    lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
  } catch {
    // It said nothing.
  }
  const errors = lines.filter((line) =>
    /\b(FATAL|PANIC|ERROR|error):|^E: |^# |Address already in use|No space left/.test(line),
  );
  const words = (errors.length > 0 ? errors : lines).slice(-2).map(withoutPrefix);
  return `${words.join('; ') || 'it said nothing'} (${file})`;
}

/** Without time and process number. */
function withoutPrefix(line: string): string {
  return line
    .replace(/^\d{4}-\d\d-\d\d \S+ \S+ \[\d+\] /, '')
    .replace(/^\d+:[A-Z] \d+ \w+ \d+ \S+ [#*.-] /, '')
    .trim();
}
