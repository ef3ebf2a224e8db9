import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database, badInput } from '#platform';

/** How the gateway behaves. What is not given is as usual. */
const sandboxMode = z.object({
  webhooks: z.enum(['at-once', 'twice', 'held', 'never']).default('at-once'),
  delaySeconds: z.coerce.number().int().min(0).max(86_400).default(0),
  capture: z.enum(['right', 'more', 'less', 'two-parts', 'other-currency']).default('right'),
  refunds: z.enum(['at-once', 'fail-next', 'pending']).default('at-once'),
});

export type SandboxMode = z.infer<typeof sandboxMode>;

/** What each choice means, for the panel. */
export const MODE_WORDS = {
  webhooks: {
    'at-once': 'sent at once',
    twice: 'sent twice',
    held: 'held back until released',
    never: 'never sent: ask to find out',
  },
  capture: {
    right: 'what was asked for',
    more: '100 minor units more',
    less: '100 minor units less',
    'two-parts': 'in two parts',
    'other-currency': 'in another currency',
  },
  refunds: {
    'at-once': 'succeed at once',
    'fail-next': 'the next one fails',
    pending: 'pending until settled',
  },
} satisfies { [Field in 'webhooks' | 'capture' | 'refunds']: Record<SandboxMode[Field], string> };

/** A mode from a form or a table. @throws BAD_USER_INPUT */
export function readMode(fields: unknown): SandboxMode {
  const mode = sandboxMode.safeParse(fields);
  if (!mode.success) throw badInput('This is no mode of the sandbox gateway.', mode.error.issues[0]?.path.join('.'));
  return mode.data;
}

/** How charges that are opened from now on behave, and how one behaves that is there already. */
@Injectable()
export class SandboxModes {
  constructor(private readonly database: Database) {}

  async current(): Promise<SandboxMode> {
    const [row] = await this.database.query<{ mode: unknown }>(`SELECT mode FROM sandbox_modes`);
    return readMode(row?.mode ?? {});
  }

  async setCurrent(mode: SandboxMode): Promise<void> {
    await this.database.query(
      `INSERT INTO sandbox_modes (mode) VALUES ($1) ON CONFLICT (is_current) DO UPDATE SET mode = excluded.mode`,
      [JSON.stringify(mode)],
    );
  }

  async set(chargeId: string, mode: SandboxMode): Promise<void> {
    await this.database.query(`UPDATE sandbox_charges SET mode = $2 WHERE id = $1`, [chargeId, JSON.stringify(mode)]);
  }
}
