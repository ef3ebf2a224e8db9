import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Database, badInput, notFound } from '#platform';
import { LAYOUTS, type Layout } from './seat-layouts.js';
import { Area, Seat, SeatMap } from './seat-map.entity.js';

/** Layouts of vehicles and halls. */
@Injectable()
export class SeatMapsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * The organization's newest seat map of a ready-made layout; it is made when there is none.
   * @throws BAD_USER_INPUT for a layout that does not exist
   */
  async ensureLayout(organizationId: string, layout: string): Promise<string> {
    const make = Object.hasOwn(LAYOUTS, layout) ? LAYOUTS[layout] : undefined;
    if (!make)
      throw badInput(
        `There is no layout "${layout.slice(0, 40)}". Choose one of ${Object.keys(LAYOUTS).join(', ')}.`,
        'layout',
      );
    const [newest] = await this.database
      .repository(SeatMap)
      .find({ where: { organizationId, name: layout }, order: { version: 'DESC' }, take: 1 });
    return newest ? newest.id : (await this.create(organizationId, layout, make())).id;
  }

  /** Makes the next version of the seat map with this name. */
  async create(organizationId: string, name: string, { seats, areas }: Layout): Promise<SeatMap> {
    return await this.database.transaction(async () => {
      const [seatMap] = await this.database.query<SeatMap>(
        `INSERT INTO seat_maps (id, organization_id, name, version, created_at)
         SELECT $1, $2, $3, coalesce(max(version), 0) + 1, $4 FROM seat_maps WHERE organization_id = $2 AND name = $3
         RETURNING id, organization_id AS "organizationId", name, version, created_at AS "createdAt"`,
        [newId(), organizationId, name, this.clock.now()],
      );
      const { id: seatMapId } = seatMap!;
      await this.database
        .repository(Seat)
        .insert(seats.map((seat, ordinal) => ({ id: newId(), seatMapId, ordinal, ...seat })));
      if (areas.length > 0)
        await this.database.repository(Area).insert(areas.map((area) => ({ id: newId(), seatMapId, ...area })));
      return Object.assign(new SeatMap(), seatMap);
    });
  }

  /** @throws NOT_FOUND */
  async get(id: string): Promise<SeatMap> {
    const seatMap = await this.database.repository(SeatMap).findOneBy({ id });
    if (!seatMap) throw notFound('seat map', id);
    return seatMap;
  }

  /** In the order of their ordinals. */
  async seats(seatMapId: string): Promise<Seat[]> {
    return await this.database.repository(Seat).find({ where: { seatMapId }, order: { ordinal: 'ASC' } });
  }

  async areas(seatMapId: string): Promise<Area[]> {
    return await this.database.repository(Area).find({ where: { seatMapId }, order: { name: 'ASC' } });
  }
}
