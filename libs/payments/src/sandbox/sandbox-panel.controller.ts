import { Body, Controller, Get, NotFoundException, Param, Post, Redirect, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Public, badInput } from '#platform';
import { chargePage } from './charge-page.js';
import { panelPage } from './panel-page.js';
import { SandboxActions, chargeAction } from './sandbox-actions.js';
import { SandboxCharges } from './sandbox-charges.js';
import { SandboxEvents } from './sandbox-events.js';
import { SandboxModes, readMode } from './sandbox-modes.js';
import { CONTENT_SECURITY_POLICY } from '../page.js';
import { SandboxRefunds } from './sandbox-refunds.js';

const CHARGES = 50;

const release = z.object({ order: z.enum(['oldest-first', 'newest-first']).default('oldest-first') });
const sending = z.object({ times: z.coerce.number().int().min(1).max(10).default(1) });
const settling = z.object({ outcome: z.enum(['succeed', 'fail']) });

type Form = Record<string, unknown> | undefined;
interface Move {
  url: string;
}

/** What goes wrong with payments, at the press of a button: for people, and by the same forms for tests. */
@Public()
@Controller('sandbox')
export class SandboxPanelController {
  constructor(
    private readonly charges: SandboxCharges,
    private readonly actions: SandboxActions,
    private readonly refunds: SandboxRefunds,
    private readonly events: SandboxEvents,
    private readonly modes: SandboxModes,
  ) {}

  @Get()
  async list(@Res() reply: FastifyReply): Promise<void> {
    await sendPage(reply, panelPage(await this.modes.current(), await this.charges.latest(CHARGES)));
  }

  @Get('charges/:id')
  async show(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const charge = found(await this.charges.find(id));
    await sendPage(reply, chargePage(charge, await this.refunds.of(id), await this.events.of(id)));
  }

  @Post('mode')
  @Redirect('/sandbox', 303)
  async setMode(@Body() form: Form): Promise<void> {
    await this.modes.setCurrent(readMode(form ?? {}));
  }

  @Post('release')
  @Redirect('/sandbox', 303)
  async release(@Body() form: Form): Promise<void> {
    await this.events.release(undefined, read(release, form).order === 'newest-first');
  }

  @Post('charges/:id/mode')
  @Redirect('/sandbox', 303)
  async setModeOf(@Param('id') id: string, @Body() form: Form): Promise<Move> {
    const mode = readMode(form ?? {});
    await this.modes.set(found(await this.charges.find(id)).id, mode);
    return pageOf(id);
  }

  @Post('charges/:id')
  @Redirect('/sandbox', 303)
  async act(@Param('id') id: string, @Body() form: Form): Promise<Move> {
    const action = read(chargeAction, form);
    found(await this.charges.find(id));
    await this.actions.perform(id, action);
    return pageOf(id);
  }

  @Post('events/:id')
  @Redirect('/sandbox', 303)
  async send(@Param('id') id: string, @Body() form: Form): Promise<Move> {
    return pageOf(found(await this.events.send(id, read(sending, form).times)));
  }

  @Post('refunds/:id')
  @Redirect('/sandbox', 303)
  async settle(@Param('id') id: string, @Body() form: Form): Promise<Move> {
    const { outcome } = read(settling, form);
    const refund = found(await this.refunds.settle(id, outcome === 'succeed' ? 'SUCCEEDED' : 'FAILED'));
    return pageOf(refund.chargeId);
  }
}

function read<T>(schema: z.ZodType<T>, form: Form): T {
  const fields = schema.safeParse(form ?? {});
  if (!fields.success) throw badInput(z.prettifyError(fields.error));
  return fields.data;
}

function pageOf(chargeId: string): Move {
  return { url: `/sandbox/charges/${chargeId}` };
}

function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new NotFoundException('The sandbox gateway knows no such thing.');
  return thing;
}

async function sendPage(reply: FastifyReply, markup: string): Promise<void> {
  await reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .send(markup);
}
