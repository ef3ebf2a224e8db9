import { Controller, Get, NotFoundException, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '#platform';
import { type CaughtMail, CaughtMailService } from './caught-mail.service.js';
import { CONTENT_SECURITY_POLICY, listPage, messagePage } from './dev-mail-pages.js';

/** Caught e-mails, for people and for programs. Only there when nothing is sent. */
@Public()
@Controller('dev/mail')
export class DevMailController {
  constructor(private readonly mails: CaughtMailService) {}

  @Get()
  async list(@Res() reply: FastifyReply): Promise<void> {
    await sendPage(reply, listPage(await this.mails.list()));
  }

  @Get('messages')
  async messages(@Query('to') to?: string): Promise<CaughtMail[]> {
    return await this.mails.list(to);
  }

  @Get('messages/:id.eml')
  async raw(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const raw = found(await this.mails.raw(id));
    await reply.header('content-type', 'message/rfc822').send(raw);
  }

  @Get('messages/:id')
  async show(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    await sendPage(reply, messagePage(id, found(await this.mails.read(id))));
  }

  @Get('messages/:id/attachments/:index')
  async attachment(@Param('id') id: string, @Param('index') index: string, @Res() reply: FastifyReply): Promise<void> {
    const { mimeType, filename, content } = found(found(await this.mails.read(id)).attachments[Number(index)]);
    // Anything but a PDF is saved, never shown: it could be a page.
    const disposition = mimeType === 'application/pdf' ? 'inline' : 'attachment';
    await reply
      .header('content-type', mimeType)
      .header(
        'content-disposition',
        `${disposition}; filename="${(filename ?? 'attachment').replace(/[^\w.-]/g, '_')}"`,
      )
      .send(Buffer.from(content as ArrayBuffer));
  }
}

/** The headers are set here, not by `@Header`: that one sets them for errors too, which are JSON. */
async function sendPage(reply: FastifyReply, markup: string): Promise<void> {
  await reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .send(markup);
}

function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new NotFoundException('There is no such caught e-mail.');
  return thing;
}
