import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { html } from '#kernel';
import { Public } from '#platform';
import { CONTENT_SECURITY_POLICY, page } from '../page.js';

/** Where a passenger comes back to from Stripe's page. What was paid is said by webhooks, never by these addresses. */
@Public()
@Controller('payments')
export class ReturnPagesController {
  @Get('done')
  async done(@Res() reply: FastifyReply): Promise<void> {
    await send(reply, 'Thank you', 'You can close this page: your tickets follow as soon as the payment has come in.');
  }

  @Get('given-up')
  async givenUp(@Res() reply: FastifyReply): Promise<void> {
    await send(reply, 'Not paid', 'Nothing was taken. While your places are held you can go back and pay.');
  }
}

async function send(reply: FastifyReply, title: string, words: string): Promise<void> {
  const content = html`<div class="card">
    <h1>${title}</h1>
    <p role="status">${words}</p>
  </div>`;
  await reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .send(page(title, content, 'pay'));
}
