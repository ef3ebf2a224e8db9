import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { SandboxEvents } from './sandbox-events.js';
import { SandboxGateway } from './sandbox-gateway.js';

const SIMPLE = [
  'succeed',
  'decline',
  'void',
  'dispute',
  'win-dispute',
  'lose-dispute',
  'release',
  'release-newest-first',
  'send-again',
  'send-newest-first',
] as const;

/** A form of the panel: what shall happen to a charge. */
export const chargeAction = z.discriminatedUnion('action', [
  z.object({ action: z.enum(SIMPLE) }),
  z.object({
    action: z.literal('capture'),
    amountMinor: z.coerce.number().int().min(1).max(1_000_000_000),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional(),
  }),
]);

export type ChargeAction = z.infer<typeof chargeAction>;

/** The buttons of a charge. */
@Injectable()
export class SandboxActions {
  constructor(
    private readonly gateway: SandboxGateway,
    private readonly events: SandboxEvents,
  ) {}

  /** Does nothing when the charge is not such that it could be done. @throws BAD_USER_INPUT for an impossible amount */
  async perform(id: string, form: ChargeAction): Promise<void> {
    switch (form.action) {
      case 'succeed':
        return void (await this.gateway.succeed(id));
      case 'decline':
        return void (await this.gateway.refuse(id));
      case 'void':
        return void (await this.gateway.void(id));
      case 'capture':
        return void (await this.gateway.capture(id, form.amountMinor, form.currency));
      case 'dispute':
        return void (await this.gateway.openDispute(id));
      case 'win-dispute':
      case 'lose-dispute':
        return void (await this.gateway.closeDispute(id, form.action === 'win-dispute'));
      case 'release':
      case 'release-newest-first':
        return void (await this.events.release(id, form.action === 'release-newest-first'));
      case 'send-again':
      case 'send-newest-first':
        return await this.events.sendAll(id, form.action === 'send-newest-first');
    }
  }
}
