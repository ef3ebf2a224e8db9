import type { TestApplication } from './application.js';
import { eventually } from './fixtures.js';

/** Codes that say "your mistake". Everything else, INTERNAL_SERVER_ERROR first of all, is ours. */
export const CALLERS_MISTAKES = [
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'RATE_LIMITED',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
];

/** What never belongs into an answer: stack traces, paths, SQL and the words of the database. */
export const LEAK =
  /node_modules|\.(js|ts):\d+|\n\s+at |QueryFailedError|TypeError|RangeError|syntax error at|violates|invalid byte sequence|out of range for type|relation "|password_hash|stacktrace/;

export interface Answer {
  status: number;
  text: string;
  /** The codes of its errors; `undefined` for an error without one. */
  codes: (string | undefined)[];
  /** The type of each root field, where it was asked for; `value` for anything else that is not null. */
  results: string[];
}

/** Sends a body as it is. */
export async function send(url: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: new Uint8Array(Buffer.from(body)),
  });
  return await readAnswer(response);
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const { data, errors = [] } = parsed(text);
  return {
    status: response.status,
    text,
    codes: errors.map(({ extensions }) => extensions?.code),
    results: Object.values(data ?? {}).flatMap((value) => (value === null ? [] : [value.__typename ?? 'value'])),
  };
}

function parsed(text: string): {
  data?: Record<string, { __typename?: string } | null>;
  errors?: { extensions?: { code?: string } }[];
} {
  try {
    return JSON.parse(text) as ReturnType<typeof parsed>;
  } catch {
    return {};
  }
}

/** Written in the background by what happened before, or by a login; not by what a refused request asked for. */
const BACKGROUND = ['refresh_tokens', 'password_resets', 'outbox', 'outbox_deliveries', 'notifications', 'migrations'];

/** Rows and checksum of every table: two that are equal mean that nothing was changed. */
export async function contents({ database }: TestApplication): Promise<Record<string, string>> {
  const tables = await database.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL($1) ORDER BY relname`,
    [BACKGROUND],
  );
  const sums = tables.map(
    ({ name }) =>
      `SELECT '${name}' AS name, count(*) || ' ' || coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') AS sum FROM ${name} t`,
  );
  const rows = await database.query<{ name: string; sum: string }>(sums.join(' UNION ALL '));
  return Object.fromEntries(rows.map(({ name, sum }) => [name, sum]));
}

/** Waits until every job that follows from what happened so far is done. */
export async function quiet({ database }: TestApplication): Promise<void> {
  await eventually(
    () =>
      database.query<{ open: string }>(
        `SELECT (SELECT count(*) FROM outbox WHERE relayed_at IS NULL) + (SELECT count(*) FROM outbox_deliveries WHERE done_at IS NULL AND failed_at IS NULL) AS open`,
      ),
    ([row]) => row?.open === '0',
    30_000,
  );
}

const UNKNOWN_ID = '01935b0e-7c1a-7cc0-8f6b-2f0a4a0f1a11';
const TEXTS = [
  '',
  ' ',
  'a\0b',
  '\ud800',
  '\udfff\ud800',
  '🎟️👩‍👩‍👧',
  "'; DROP TABLE users; --",
  '<script>alert(1)</script>',
  '%_\\',
  '\\',
  '__proto__',
  'constructor',
  'x'.repeat(200 * 1024),
  7,
  true,
  null,
  [],
  {},
];
const NUMBERS = [-1, 0, 1.5, 2_147_483_647, 2_147_483_648, -2_147_483_649, 1e308, '1', true, null, [], {}];
const MOMENTS = [
  '2026-02-30T10:00:00Z',
  '2026-13-01T10:00:00Z',
  '2030-01-01',
  '2030-01-01T10:00:00',
  '2030-01-01T25:00:00Z',
  '+099999-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '0000-01-01T00:00:00Z',
  '1970-01-01T00:00:00Z',
  'tomorrow',
  0,
  1e308,
  true,
  null,
  [],
  {},
];
const IDS = [
  UNKNOWN_ID,
  UNKNOWN_ID.toUpperCase(),
  'x',
  '',
  '../../etc/passwd',
  'a\0b',
  `${UNKNOWN_ID}\0`,
  -1,
  1e308,
  true,
  null,
  [],
  {},
  'x'.repeat(200 * 1024),
];

/** What nobody honest would send where this sample is. */
function hostileValues(sample: unknown): unknown[] {
  if (typeof sample === 'number') return NUMBERS;
  if (typeof sample !== 'string') return [];
  if (/^[\da-f-]{36}$/.test(sample)) return IDS;
  return /^\d{4}-.*Z$/.test(sample) ? MOMENTS : TEXTS;
}

/** Good variables with one value of them spoiled, in every way. Of a list the first item is enough. */
export function* spoiled(good: unknown): Generator {
  if (Array.isArray(good)) {
    yield* [[], 'no list'];
    for (const first of spoiled(good[0])) yield [first, ...(good as unknown[]).slice(1)];
  } else if (typeof good === 'object' && good !== null) {
    yield { ...good, nobodyKnowsThis: 1 };
    for (const [name, member] of Object.entries(good)) {
      const { [name]: _, ...others } = good as Record<string, unknown>;
      yield others;
      for (const value of spoiled(member)) yield { ...good, [name]: value };
    }
  } else {
    yield* hostileValues(good);
  }
}
