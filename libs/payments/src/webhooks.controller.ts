import { Controller, HttpCode, NotFoundException, Param, Post, Req, UnauthorizedException } from '@nestjs/common';
import type { RawBodyRequest } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Public } from '#platform';
import { PaymentProvider } from './payment-provider.js';
import { WebhooksService } from './webhooks.service.js';

/** Where payment providers report. The signature is the permission; 2xx is answered only when the event is stored. */
@Public()
@Controller('webhooks/payments')
export class WebhooksController {
  constructor(
    private readonly provider: PaymentProvider,
    private readonly webhooks: WebhooksService,
  ) {}

  @Post(':provider')
  @HttpCode(200)
  async receive(
    @Param('provider') name: string,
    @Req() request: RawBodyRequest<FastifyRequest>,
  ): Promise<{ received: true }> {
    if (name !== this.provider.name) throw new NotFoundException(`no payment provider ${name.slice(0, 40)}`);
    const rawBody = request.rawBody ?? Buffer.alloc(0);
    const event = await this.provider.readWebhook({ rawBody, headers: request.headers });
    if (!event) throw new UnauthorizedException('The signature of this webhook is wrong or too old.');
    if (!(await this.webhooks.apply(name, event))) throw new NotFoundException('unknown payment');
    return { received: true };
  }
}
