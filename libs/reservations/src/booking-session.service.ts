import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database, Gathering, Idempotency, badInput } from '#platform';
import type { Principal } from '#identity';
import { type Organization, OrganizationsService } from '#catalogue';
import { Inventory } from './inventory/inventory.js';
import { Locks } from './locks.js';
import { Order, OrderState } from './order.entity.js';
import { ReleasesService } from './releases.service.js';
import { AlreadyCheckedOut, LimitExceeded, ReservationEnded } from './reservation.refusals.js';
import type { CancelReservationArgs, ExtendReservationInput, RemovePlaceInput } from './reservation.inputs.js';
import { Reservation, ReservationState } from './reservation.entity.js';
import { SessionTokens } from './session-tokens.js';

/** What every change of a reservation may bring. */
interface Keyed {
  idempotencyKey?: string | undefined;
  sessionToken?: string | undefined;
}

interface Cancellation {
  principal: Principal | undefined;
  input: CancelReservationArgs;
}

/**
 * What a passenger does with a reservation between reserving and paying. Places that are given back at the same time
 * share a transaction: in a rush for a trip they all wait for its one lock.
 */
@Injectable()
export class BookingSessionService {
  private readonly cancellations = new Gathering<Cancellation, Reservation>(
    (asked) => this.cancelAll(asked),
    ({ input }) => input.id,
  );

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly idempotency: Idempotency,
    private readonly locks: Locks,
    private readonly inventory: Inventory,
    private readonly releases: ReleasesService,
    private readonly organizations: OrganizationsService,
    private readonly tokens: SessionTokens,
  ) {}

  /** @throws NOT_FOUND, also when it is somebody else's */
  async read(principal: Principal | undefined, id: string, token?: string): Promise<Reservation> {
    const reservation = await this.database.repository(Reservation).findOneBy({ id });
    this.tokens.check(reservation, id, principal, token);
    return reservation;
  }

  /** Locks reservations for whoever may use them, and `others` with them. @throws NOT_FOUND as `read` */
  async lock(
    asked: { principal: Principal | undefined; id: string; token: string | undefined }[],
    others: string[] = [],
  ): Promise<Map<string, Reservation>> {
    const reservations = await this.locks.reservations([...asked.map(({ id }) => id), ...others]);
    const found = new Map(reservations.map((reservation) => [reservation.id, reservation]));
    for (const { principal, id, token } of asked) this.tokens.check(found.get(id) ?? null, id, principal, token);
    return found;
  }

  /** Gives one place back; with its last one the reservation is cancelled. @throws ReservationEnded, AlreadyCheckedOut */
  async remove(principal: Principal | undefined, input: RemovePlaceInput): Promise<Reservation> {
    const [seatId = null, areaId = null, tierId] = [input.seatId, input.areaId, input.tierId].map((id) =>
      id?.toLowerCase(),
    );
    if ((seatId === null) === (areaId === null)) throw badInput('Name either a seat or an area.', 'seatId');
    const reservation = await this.read(principal, input.reservationId, input.sessionToken);
    return await this.once('remove', input, reservation, async (locked) => {
      await this.mustBeOpen(locked);
      const { seatIds, areaIds, tierIds } = locked;
      const isThere = tierIds.some(
        (tier, index) => seatIds[index] === seatId && areaIds[index] === areaId && (tierId ?? tier) === tier,
      );
      if (!isThere) throw badInput('The reservation has no such place.', seatId === null ? 'areaId' : 'seatId');
      if (tierIds.length === 1) await this.releases.cancel([locked]);
      else await this.inventory.remove(locked, { seatId, areaId, tierId });
    });
  }

  /** Moves the end of the hold, as often and as far as the organization allows. @throws LimitExceeded, ReservationEnded */
  async extend(principal: Principal | undefined, input: ExtendReservationInput): Promise<Reservation> {
    const reservation = await this.read(principal, input.reservationId, input.sessionToken);
    return await this.once('extend', input, reservation, async (locked) => {
      this.mustBeActive(locked);
      if (await this.database.repository(Order).existsBy({ reservationId: locked.id, state: OrderState.OFFERED }))
        throw new LimitExceeded('There is no more time than this to decide about the seats.');
      const organization = await this.organizations.get(locked.organizationId);
      if (locked.extensions >= organization.mostExtensions) throw tooOften(organization);
      const end = Math.min(
        this.clock.now().getTime() + organization.holdMinutes * 60_000,
        locked.createdAt.getTime() + Math.max(organization.holdCapMinutes, organization.holdMinutes) * 60_000,
      );
      if (end <= locked.expiresAt.getTime())
        throw new LimitExceeded('This reservation has been held for as long as it can be. Pay for it now.');
      await this.inventory.lock([locked.bookableId]);
      await this.database
        .repository(Reservation)
        .update({ id: locked.id }, { expiresAt: new Date(end), extensions: locked.extensions + 1 });
      await this.inventory.prolong(locked.id);
    });
  }

  /** Gives all places back. Asked again it answers the same. @throws ReservationEnded when it is paid, or its time is up */
  async cancel(principal: Principal | undefined, input: CancelReservationArgs): Promise<Reservation> {
    return await this.cancellations.submit({ principal, input: { ...input, id: input.id.toLowerCase() } });
  }

  /** Trip by trip: whoever locks one inventory in a transaction waits for nobody who waits for him. */
  private async cancelAll(asked: Cancellation[]): Promise<Reservation[]> {
    const known = await this.find(asked.map(({ input }) => input.id));
    const bookables = new Map(known.map(({ id, bookableId }) => [id, bookableId]));
    const cancelled = new Map<string, Reservation>();
    for (const bookableId of new Set(asked.map(({ input }) => bookables.get(input.id)))) {
      const ofOne = asked.filter(({ input }) => bookables.get(input.id) === bookableId);
      for (const reservation of await this.cancelTogether(ofOne)) cancelled.set(reservation.id, reservation);
    }
    return asked.map(({ input }) => cancelled.get(input.id)!);
  }

  /** All of them, of one bookable, or none. */
  private async cancelTogether(asked: Cancellation[]): Promise<Reservation[]> {
    return await this.database.transactionByKey(async () => {
      const locked = await this.lock(
        asked.map(({ principal, input }) => ({ principal, id: input.id, token: input.sessionToken })),
      );
      const isFirst = await this.idempotency.claim(asked.map(({ input }) => keyOf('cancel', input.id, input)));
      const toCancel = asked.flatMap(({ input }, index) => (isFirst[index] ? locked.get(input.id)! : []));
      await this.releases.cancel(toCancel.filter(({ state }) => state !== ReservationState.CANCELLED));
      return await this.find([...locked.keys()]);
    });
  }

  /** Runs a change under the reservation's lock, once for each key. A key is of one reservation and one request. */
  async once(
    what: string,
    input: Keyed,
    { id }: Reservation,
    change: (locked: Reservation) => Promise<void>,
  ): Promise<Reservation> {
    return await this.database.transactionByKey(async () => {
      const [locked] = await this.locks.reservations([id]);
      const [isFirst] = await this.idempotency.claim([keyOf(what, id, input)]);
      if (isFirst) await change(locked!);
      return await this.database.repository(Reservation).findOneByOrFail({ id });
    });
  }

  /** @throws ReservationEnded */
  mustBeActive(reservation: Reservation): void {
    if (reservation.stateAt(this.clock.now()) !== ReservationState.ACTIVE)
      throw new ReservationEnded('This reservation has ended. Choose again.');
  }

  /** Its places may be changed. @throws ReservationEnded, AlreadyCheckedOut */
  async mustBeOpen(reservation: Reservation): Promise<void> {
    this.mustBeActive(reservation);
    if (await this.database.repository(Order).existsBy({ reservationId: reservation.id }))
      throw new AlreadyCheckedOut();
  }

  private async find(ids: string[]): Promise<Reservation[]> {
    return await this.database
      .repository(Reservation)
      .createQueryBuilder('reservation')
      .where('reservation.id = ANY(:ids)', { ids })
      .getMany();
  }
}

/** A key is of one reservation and one request, whoever holds the token. */
export function keyOf<Request extends Keyed>(
  what: string,
  reservationId: string,
  { idempotencyKey, ...request }: Request,
): { scope: string; key: string | undefined; request: object } {
  return {
    scope: `reservation:${reservationId}`,
    key: idempotencyKey,
    request: { what, ...request, sessionToken: undefined },
  };
}

function tooOften({ mostExtensions }: Organization): LimitExceeded {
  if (mostExtensions === 0) return new LimitExceeded('There is no more time than this. Pay for it now.');
  const times = mostExtensions === 1 ? 'once' : `${mostExtensions} times`;
  return new LimitExceeded(`A reservation can be extended ${times}, not more. Pay for it now.`);
}
