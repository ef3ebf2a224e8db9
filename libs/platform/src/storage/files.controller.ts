import { Controller, Get, NotFoundException, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../graphql/access.js';
import { DownloadLinks } from './download-links.js';
import { Storage } from './storage.js';

/** Serves what a download link stands for: the signed link is the permission. */
@Public()
@Controller('files')
export class FilesController {
  constructor(
    private readonly links: DownloadLinks,
    private readonly storage: Storage,
  ) {}

  @Get(':token')
  async download(@Param('token') token: string, @Res() reply: FastifyReply): Promise<void> {
    const link = this.links.open(token);
    const file = link && (await this.storage.get(link.key));
    if (!file) throw new NotFoundException('This download link has expired. Ask for a new one.');
    await reply
      .header('content-type', file.contentType)
      .header('content-disposition', `attachment; filename="${link.name.replace(/[^\w.-]/g, '_')}"`)
      .header('cache-control', 'private, no-store')
      .send(file.body);
  }
}
