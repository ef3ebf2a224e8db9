import { BadRequestException, Body, Controller, Get, Header, NotFoundException, Param, Post } from '@nestjs/common';
import { Public } from '#platform';
import { SandboxGateway } from './sandbox-gateway.js';
import { payPage } from './pay-page.js';

/** The gateway's pay page. No money moves: pick the outcome. */
@Public()
@Controller('sandbox/pay')
export class SandboxController {
  constructor(private readonly gateway: SandboxGateway) {}

  @Get(':id')
  @Header('content-type', 'text/html; charset=utf-8')
  async show(@Param('id') id: string): Promise<string> {
    const charge = await this.gateway.find(id);
    if (!charge) throw new NotFoundException('The sandbox gateway knows no such payment.');
    return payPage(charge);
  }

  @Post(':id')
  @Header('content-type', 'text/html; charset=utf-8')
  async decide(@Param('id') id: string, @Body() body: { outcome?: unknown } | undefined): Promise<string> {
    const outcome = body?.outcome;
    if (outcome !== 'pay' && outcome !== 'decline') throw new BadRequestException('outcome is pay or decline.');
    const charge = await this.gateway.decide(id, outcome === 'pay');
    if (!charge) throw new NotFoundException('The sandbox gateway knows no such payment.');
    return payPage(charge);
  }
}
