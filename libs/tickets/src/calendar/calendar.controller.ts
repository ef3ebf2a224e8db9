import { createHash } from 'node:crypto';
import { Controller, Get, NotFoundException, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '#platform';
import { Can, type Principal } from '#identity';
import { CalendarFeedsService } from './calendar-feeds.service.js';

/**
 * Calendars are files, so they are plain HTTP: a page fetches `mine.ics` with the passenger's access token and saves
 * it; a telephone subscribes to the private address (with `webcal://` instead of `https://` it opens its calendar).
 */
@Controller('calendar')
export class CalendarController {
  constructor(private readonly feeds: CalendarFeedsService) {}

  @Get('mine.ics')
  @Can('calendar.read')
  async mine(@Req() request: FastifyRequest & { user: Principal }, @Res() reply: FastifyReply): Promise<void> {
    await send(await this.feeds.calendarOf(request.user.userId), request, reply, 'attachment');
  }

  @Get('feed/:token.ics')
  @Public()
  async feed(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const calendar = await this.feeds.open(token);
    if (calendar === undefined) throw new NotFoundException('This calendar address was revoked. Make a new one.');
    await send(calendar, request, reply, 'inline');
  }
}

/** With an ETag: a program that asks every hour gets the text only when something changed. */
async function send(
  calendar: string,
  request: FastifyRequest,
  reply: FastifyReply,
  disposition: string,
): Promise<void> {
  const etag = `"${createHash('sha256').update(calendar).digest('base64url').slice(0, 22)}"`;
  void reply.header('etag', etag).header('cache-control', 'private, no-cache').header('vary', 'authorization');
  if (request.headers['if-none-match'] === etag) return await reply.status(304).send();
  await reply
    .header('content-type', 'text/calendar; charset=utf-8')
    .header('content-disposition', `${disposition}; filename="tickets.ics"`)
    .send(calendar);
}
