import { Controller, Get, Param, ParseUUIDPipe, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '#platform';
import { SeatMapsService } from './seat-maps.service.js';

/** Layouts for browsers and caches. A version of a seat map never changes, so its id is its ETag. */
@Public()
@Controller('seat-maps')
export class SeatLayoutController {
  constructor(private readonly seatMaps: SeatMapsService) {}

  @Get(':id')
  async layout(
    @Param('id', ParseUUIDPipe) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { name, version } = await this.seatMaps.get(id);
    const etag = `"${id}"`;
    reply.header('etag', etag).header('cache-control', 'public, max-age=31536000, immutable');
    if (request.headers['if-none-match'] === etag) return void reply.status(304).send();
    const [seats, areas] = await Promise.all([this.seatMaps.seats(id), this.seatMaps.areas(id)]);
    await reply.send({
      id,
      name,
      version,
      seats: seats.map((seat) => ({ ...seat, seatMapId: undefined })),
      areas: areas.map((area) => ({ ...area, seatMapId: undefined })),
    });
  }
}
