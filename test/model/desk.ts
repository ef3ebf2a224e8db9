import { newId } from '#kernel';
import type { Principal } from '#identity';
import { PaymentsService } from '#payments';
import { ReleasesService, type Reservation } from '#reservations';
import { CancellationsService } from '#tickets';
import { WebhooksService } from '../../libs/payments/src/webhooks.service.js';
import { AdditionsService } from '../../libs/reservations/src/additions.service.js';
import { BookingSessionService } from '../../libs/reservations/src/booking-session.service.js';
import { CheckOutService } from '../../libs/reservations/src/check-out.service.js';
import { HoldsService } from '../../libs/reservations/src/holds.service.js';
import { SessionTokens } from '../../libs/reservations/src/session-tokens.js';
import type { TestApplication } from '../support/application.js';
import type { Booking, Ticket, Wanted } from './book.js';

/** What became of a request: `done`, or the name of the refusal or of the caller's error. */
export interface Answer {
  name: string;
  /** Of `SeatTaken`. */
  seatIds?: string[];
  /** Of `AreaFull` and `TierSoldOut`. */
  left?: number;
  reservation?: Reservation;
  order?: { id: string; state: string };
  tickets?: Ticket[];
  /** Of an error that is no answer. */
  error?: unknown;
}

const ADMIN: Principal = { userId: newId(), isAdmin: true, memberships: [] };
const CONTACT = { name: 'Somebody', email: 'somebody@holdfast.test' };

/** One application, asked as its resolvers ask it. */
export class Desk {
  constructor(readonly application: TestApplication) {}

  async reserve(
    { market: { bookableId }, from, to, key }: Pick<Booking, 'market' | 'from' | 'to' | 'key'>,
    wanted: Wanted[],
  ) {
    return await answered(async () => {
      const input = { bookableId, from, to, idempotencyKey: key, ...asInput(wanted) };
      const reservation = await this.get(HoldsService).hold({ userId: null, ip: '192.0.2.1' }, input);
      return { reservation };
    });
  }

  async add(booking: Booking, wanted: Wanted[]): Promise<Answer> {
    return await answered(async () => ({
      reservation: await this.get(AdditionsService).add(undefined, { ...this.mine(booking), ...asInput(wanted) }),
    }));
  }

  async remove(booking: Booking, { seatId, areaId, tierId }: Wanted): Promise<Answer> {
    const place = { seatId: seatId ?? undefined, areaId: areaId ?? undefined, tierId };
    return await answered(async () => ({
      reservation: await this.get(BookingSessionService).remove(undefined, { ...this.mine(booking), ...place }),
    }));
  }

  async extend(booking: Booking): Promise<Answer> {
    return await answered(async () => ({
      reservation: await this.get(BookingSessionService).extend(undefined, this.mine(booking)),
    }));
  }

  async cancel(booking: Booking): Promise<Answer> {
    const { reservationId: id, sessionToken } = this.mine(booking);
    return await answered(async () => ({
      reservation: await this.get(BookingSessionService).cancel(undefined, { id, sessionToken }),
    }));
  }

  async checkOut(booking: Booking): Promise<Answer> {
    return await answered(async () => ({
      order: await this.get(CheckOutService).checkOut(undefined, { ...this.mine(booking), contact: CONTACT }),
    }));
  }

  /** The provider says that the money is there. */
  async pay({ orderId }: Booking): Promise<Answer> {
    return await answered(async () => {
      const [payment] = await this.get(PaymentsService).of(orderId!);
      const { provider, providerReference, amountMinor, currency } = payment!;
      await this.get(WebhooksService).apply(provider, {
        eventId: newId(),
        type: 'captured',
        providerReference: providerReference!,
        amountMinor,
        currency,
      });
      const [order] = await this.query<{ id: string; state: string }>(`SELECT id, state FROM orders WHERE id = $1`, [
        orderId,
      ]);
      return { order: order!, tickets: order!.state === 'PAID' ? await this.tickets(orderId!) : [] };
    });
  }

  async giveBack({ id }: Ticket): Promise<Answer> {
    return await answered(async () => {
      await this.get(CancellationsService).cancel(ADMIN, { ticketIds: [id] });
      return {};
    });
  }

  async sweep(): Promise<Answer> {
    return await answered(async () => {
      await this.get(ReleasesService).expireAll();
      return {};
    });
  }

  private async tickets(orderId: string): Promise<Ticket[]> {
    return await this.query<Ticket>(
      `SELECT t.id, t.seat_id AS "seatId", t.area_id AS "areaId", l.tier_id AS "tierId"
       FROM tickets t JOIN line_items l ON l.id = t.line_item_id WHERE t.order_id = $1 ORDER BY l.position`,
      [orderId],
    );
  }

  private async query<Row>(sql: string, parameters: unknown[]): Promise<Row[]> {
    return await this.application.database.query<Row>(sql, parameters);
  }

  private mine({ id }: Booking): { reservationId: string; sessionToken: string } {
    return { reservationId: id, sessionToken: this.get(SessionTokens).of(id) };
  }

  private get<T>(type: abstract new (...args: never[]) => T): T {
    return this.application.get(type);
  }
}

const asInput = (wanted: Wanted[]) => ({
  seats: wanted.flatMap(({ seatId, tierId }) => (seatId === null ? [] : [{ seatId, tierId }])),
  areas: wanted.flatMap(({ areaId, tierId }) => (areaId === null ? [] : [{ areaId, tierId, count: 1 }])),
});

async function answered(ask: () => Promise<Omit<Answer, 'name'>>): Promise<Answer> {
  try {
    return { name: 'done', ...(await ask()) };
  } catch (error) {
    if (!(error instanceof Error)) return { ...(error as Answer), name: (error as object).constructor.name };
    const code = (error as { extensions?: { code?: string } }).extensions?.code;
    return code ? { name: code } : { name: 'ERROR', error };
  }
}
