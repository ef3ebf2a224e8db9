import { BadRequestException, Body, Controller, Get, NotFoundException, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '#platform';
import { payPage } from './pay-page.js';
import { type Charge, PAYMENT_METHODS, SandboxCharges } from './sandbox-charges.js';
import { SandboxGateway } from './sandbox-gateway.js';
import { CONTENT_SECURITY_POLICY } from '../page.js';

/** The gateway's pay page. No money moves: pick the outcome. */
@Public()
@Controller('sandbox/pay')
export class SandboxController {
  constructor(
    private readonly gateway: SandboxGateway,
    private readonly charges: SandboxCharges,
  ) {}

  @Get(':id')
  async show(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    await send(reply, await this.charges.find(id));
  }

  @Post(':id')
  async decide(
    @Param('id') id: string,
    @Body() body: { outcome?: unknown; method?: unknown } | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const method = PAYMENT_METHODS.find((one) => one === (body?.method ?? 'card'));
    if ((body?.outcome !== 'pay' && body?.outcome !== 'decline') || !method)
      throw new BadRequestException(`outcome is pay or decline, method is ${PAYMENT_METHODS.join(', ')} or not given.`);
    await send(reply, body.outcome === 'pay' ? await this.gateway.pay(id, method) : await this.gateway.decline(id));
  }
}

/** The headers are set here, not by `@Header`: that one sets them for errors too, which are JSON. */
async function send(reply: FastifyReply, charge: Charge | undefined): Promise<void> {
  if (!charge) throw new NotFoundException('The sandbox gateway knows no such payment.');
  await reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .send(payPage(charge));
}
