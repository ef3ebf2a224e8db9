import { Injectable } from '@nestjs/common';
import { Batcher, Clock, type LegRange } from '#kernel';
import { HotPool, busy } from '#platform';

/** Seats that somebody wants on some legs, and others have. */
export interface WantedSeats {
  bookableId: string;
  ordinals: number[];
  legs: LegRange;
}

const HOLD_ENDS = {
  name: 'hold-ends',
  text: `
    SELECT u.request, bool_or(strpos(substr(c.legs, u.f + 1, u.t - u.f), 's') > 0) AS sold, max(r.expires_at) AS until
    FROM unnest($1::integer[], $2::uuid[], $3::integer[], $4::integer[], $5::integer[]) AS u (request, bookable, ordinal, f, t)
    JOIN seat_cells c ON c.bookable_id = u.bookable AND c.ordinal = u.ordinal
    LEFT JOIN LATERAL unnest(c.holders[u.f + 1:u.t]) AS h (id) ON true
    LEFT JOIN reservations r ON r.id = h.id AND r.state || '' = 'ACTIVE'
    GROUP BY u.request`,
};

/** When seats may be had that are held by others. All who ask at the same moment share one statement. */
@Injectable()
export class HoldEnds {
  private readonly readers: Batcher<WantedSeats, Date | null>;

  constructor(
    private readonly pool: HotPool,
    private readonly clock: Clock,
  ) {
    this.readers = new Batcher((wanted) => this.readAll(wanted), {
      most: 500,
      lanes: 1,
      mostWaiting: 20_000,
      key: () => '',
      overflow: () => busy(),
    });
  }

  /** When the last of the holds on these legs ends: now, if there is none left; null when a seat is sold. */
  async of(wanted: WantedSeats): Promise<Date | null> {
    return await this.readers.submit(wanted);
  }

  private async readAll(wanted: WantedSeats[]): Promise<(Date | null)[]> {
    const cells = wanted.flatMap(({ ordinals, ...one }, request) =>
      ordinals.map((ordinal) => ({ ...one, request, ordinal })),
    );
    const rows = await this.pool.query<{ request: number; sold: boolean; until: Date | null }>(HOLD_ENDS, [
      cells.map(({ request }) => request),
      cells.map(({ bookableId }) => bookableId),
      cells.map(({ ordinal }) => ordinal),
      cells.map(({ legs }) => legs.from),
      cells.map(({ legs }) => legs.to),
    ]);
    const found = new Map(rows.map((row) => [row.request, row]));
    const now = this.clock.now();
    return wanted.map((_, request) => (found.get(request)?.sold ? null : (found.get(request)?.until ?? now)));
  }
}
