import { z } from 'zod';

/** Thrown when the environment is wrong: the message has one line per wrong variable. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const secret = z.string().min(32, 'must have at least 32 characters');
const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    message: `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });
const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/**
 * Every variable that the application reads, with its default. `.env.example` is made from this schema
 * (`npm run env:example`), and CI fails when the two differ.
 */
export const environmentSchema = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('production refuses every fallback'),
  ROLE: z
    .enum(['all', 'api', 'worker'])
    .default('all')
    .describe('what this process does: serve requests, work off jobs, or both'),
  HOST: z.string().default('127.0.0.1').describe('address to listen on; 0.0.0.0 in a container'),
  PORT: count(0, 65535).default(3000),
  PUBLIC_URL: url('http:', 'https:')
    .optional()
    .describe('address that people and payment providers reach; http://localhost:PORT without it'),
  TRUST_PROXY: z.stringbool().default(false).describe('believe X-Forwarded-For; only behind a proxy of your own'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DATABASE_URL: url('postgres:', 'postgresql:').describe(
    'PostgreSQL 15 or newer; npm start brings its own when this is empty',
  ),
  DATABASE_REPLICA_URL: url('postgres:', 'postgresql:').optional().describe('read replica for searches and statistics'),
  DATABASE_POOL_SIZE: count(2, 200).default(10).describe('connections of one process'),
  REDIS_URL: url('redis:', 'rediss:').describe('Redis 6.2 or newer; npm start brings its own when this is empty'),
  JWT_SECRET: secret.describe('signs access tokens'),
  JWT_ACCESS_MINUTES: count(1, 1440).default(15),
  JWT_REFRESH_DAYS: count(1, 365).default(30),
  LINK_SECRET: secret.describe('signs download links'),
  TICKET_SIGNING_KEY: z
    .string()
    .min(60, 'must be an Ed25519 private key, PKCS 8, DER, base64')
    .describe('Ed25519 private key, PKCS 8 DER base64; signs QR codes'),
  PAYMENT_PROVIDER: z
    .enum(['sandbox', 'stripe'])
    .optional()
    .describe('sandbox without it, except in production, which wants it said'),
  SANDBOX_WEBHOOK_SECRET: secret.optional().describe('signs the webhooks of the sandbox gateway'),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_/, 'must be a secret or restricted key: sk_… or rk_…')
    .optional()
    .describe('for PAYMENT_PROVIDER=stripe; sk_test_… moves no money'),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_/, 'must be the signing secret of the webhook endpoint: whsec_…')
    .optional()
    .describe("of Stripe's webhook endpoint that points at PUBLIC_URL/webhooks/payments/stripe"),
  STRIPE_API_BASE: url('http:', 'https:').optional().describe("something that speaks Stripe's API; Stripe without it"),
  STORAGE_DIR: z.string().optional().describe('folder for documents when there is no S3; .data/files without it'),
  S3_BUCKET: z.string().optional().describe('documents go to this bucket instead of STORAGE_DIR'),
  S3_ENDPOINT: url('http:', 'https:').optional().describe('for MinIO and others; empty for AWS'),
  S3_REGION: z.string().default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  OPENSEARCH_URL: url('http:', 'https:').optional().describe('checked but not used yet: PostgreSQL answers searches'),
  SMTP_URL: url('smtp:', 'smtps:').optional().describe('without it messages are kept readable at /dev/mail'),
  MAIL_FROM: z.string().default('Holdfast <tickets@holdfast.test>'),
  CHROMIUM_PATH: z
    .string()
    .optional()
    .describe('a Chromium or chrome-headless-shell; the one from the npm package without it'),
});

type Environment = z.infer<typeof environmentSchema>;

/** The parsed environment. Inject it by this class; nothing else reads `process.env`. */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- an injection token with the fields of the schema
export class Config {
  get isProduction(): boolean {
    return this.NODE_ENV === 'production';
  }

  /** Where people reach this installation, without a slash at the end. */
  get publicUrl(): string {
    return (this.PUBLIC_URL ?? `http://localhost:${this.PORT}`).replace(/\/+$/, '');
  }

  /** No money moves: payments go to a gateway of our own, with a pay page and a control panel. */
  get usesSandbox(): boolean {
    return (this.PAYMENT_PROVIDER ?? 'sandbox') === 'sandbox';
  }

  get servesRequests(): boolean {
    return this.ROLE !== 'worker';
  }

  get worksOffJobs(): boolean {
    return this.ROLE !== 'api';
  }
}
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export interface Config extends Environment {}

/** What production must be told, because a fallback there would be a silent mistake. */
const REQUIRED_IN_PRODUCTION = ['PUBLIC_URL', 'SMTP_URL', 'PAYMENT_PROVIDER'] as const;

/**
 * Reads the environment once. Empty strings count as not set.
 * @throws ConfigError with one line per wrong variable
 */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environmentSchema.safeParse(given);
  const complaints = parsed.success ? [] : parsed.error.issues.map((issue) => complaint(issue, given));
  const config = Object.assign(new Config(), parsed.data);
  if (parsed.success) complaints.push(...contradictions(config));
  if (complaints.length > 0) throw new ConfigError(complaints.join('\n'));
  return config;
}

function complaint(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const name = String(issue.path[0]);
  if (!(name in given))
    return `${name} is missing: ${environmentSchema.shape[name as keyof Environment].description ?? 'it is required'}`;
  return `${name} is wrong: ${issue.message}`;
}

function contradictions(config: Config): string[] {
  const complaints: string[] = [];
  if (config.isProduction) {
    for (const name of REQUIRED_IN_PRODUCTION) {
      if (config[name] === undefined) complaints.push(`${name} is missing: production does not fall back`);
    }
    if (!config.S3_BUCKET && !config.STORAGE_DIR)
      complaints.push('S3_BUCKET or STORAGE_DIR is missing: production does not fall back');
  }
  if (config.S3_BUCKET && (!config.S3_ACCESS_KEY_ID || !config.S3_SECRET_ACCESS_KEY)) {
    complaints.push('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are missing: S3_BUCKET needs them');
  }
  if (config.usesSandbox && !config.SANDBOX_WEBHOOK_SECRET) {
    complaints.push('SANDBOX_WEBHOOK_SECRET is missing: the sandbox gateway signs its webhooks with it');
  }
  if (!config.usesSandbox) {
    for (const name of ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'] as const) {
      if (config[name] === undefined) complaints.push(`${name} is missing: PAYMENT_PROVIDER=stripe needs it`);
    }
  }
  return complaints;
}
