import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Atomically, Database, DomainEvents, notFound } from '#platform';
import type { Principal } from '#identity';
import { FundsService, RefundReason } from '#payments';
import { PromosService } from '#promos';
import { BookingSessionService } from './booking-session.service.js';
import { OfferedSeat } from './offered-seat.entity.js';
import { Order, OrderState } from './order.entity.js';
import { ReleasesService } from './releases.service.js';
import { OrderRefused, SeatOfferLapsed, SeatsAccepted } from './reservation.events.js';
import type { SeatOfferInput } from './reservation.inputs.js';
import { ReservationEnded, SeatOfferEnded } from './reservation.refusals.js';
import { Reservation, ReservationState } from './reservation.entity.js';
import { SessionTokens } from './session-tokens.js';
import { SettlementService } from './settlement.service.js';

const TIME_IS_UP = 'The time to decide is over. Everything that you paid goes back to you.';

/** The words of a seat in a line are those of the order; only the seat itself is another. */
const RESEAT = `
  UPDATE line_items l SET seat_id = o.to_seat_id,
    description = 'Seat ' || t.label || substr(l.description, length('Seat ' || f.label) + 1)
  FROM offered_seats o JOIN seats f ON f.id = o.from_seat_id JOIN seats t ON t.id = o.to_seat_id
  WHERE o.order_id = $1 AND l.id = o.line_item_id`;

/** What passengers say to the seats that they are offered, and what becomes of an offer that comes to nothing. */
@Injectable()
export class SeatOfferAnswers {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly sessions: BookingSessionService,
    private readonly tokens: SessionTokens,
    private readonly releases: ReleasesService,
    private readonly settlement: SettlementService,
    private readonly funds: FundsService,
    private readonly promos: PromosService,
    private readonly events: DomainEvents,
  ) {}

  /** The order has the seats and is settled with what was paid for it. Again it answers the same. @throws SeatOfferEnded; NOT_FOUND */
  async accept(principal: Principal | undefined, input: SeatOfferInput): Promise<Order> {
    return await this.answer('accept-seats', principal, input, async (reservation, order) => {
      if (order.state === OrderState.PAID) return;
      this.mustBeOpen(reservation, order);
      if ((await this.funds.open(order.id, order.currency)) < order.dueMinor)
        throw new SeatOfferEnded('The payment of this order is disputed or was taken back. Its seats cannot be given.');
      await this.database.query(RESEAT, [order.id]);
      await this.database.repository(Order).update({ id: order.id }, { state: OrderState.PENDING });
      await this.events.publish(new SeatsAccepted(order.id));
      await this.settlement.settle([order.id]);
    });
  }

  /** The seats are free again and everything goes back. Again it answers the same. @throws SeatOfferEnded; NOT_FOUND */
  async decline(principal: Principal | undefined, input: SeatOfferInput): Promise<Order> {
    return await this.answer('decline-seats', principal, input, async (reservation, order) => {
      if (order.state === OrderState.REFUNDED) return;
      this.mustBeOpen(reservation, order);
      await this.releases.cancel([reservation]).catch((error: unknown) => {
        // Its time was up in this moment.
        throw error instanceof ReservationEnded ? new SeatOfferEnded(TIME_IS_UP) : error;
      });
    });
  }

  /** Whatever came in for it goes back. */
  @Atomically(SeatOfferLapsed)
  async onLapsed({ orderId, outcome }: SeatOfferLapsed): Promise<void> {
    const { currency } = await this.database.repository(Order).findOneByOrFail({ id: orderId });
    await this.events.publish(new OrderRefused(orderId, outcome));
    await this.funds.returnOpen(orderId, currency, RefundReason.TOO_LATE);
    await this.promos.giveBack(orderId);
  }

  /** Under the reservation's lock: who answers, the sweep, and whoever else ends it come one after the other. */
  private async answer(
    what: string,
    principal: Principal | undefined,
    { orderId, ...input }: SeatOfferInput,
    work: (reservation: Reservation, order: Order) => Promise<void>,
  ): Promise<Order> {
    const found = await this.database.repository(Order).findOneBy({ id: orderId });
    if (!found) throw notFound('order', orderId);
    const reservation = await this.database.repository(Reservation).findOneBy({ id: found.reservationId });
    this.tokens.check(reservation, orderId, principal, input.sessionToken);
    await this.sessions.once(what, input, reservation, async (locked) => {
      const order = await this.database
        .repository(Order)
        .findOneOrFail({ where: { id: orderId }, lock: { mode: 'for_no_key_update' } });
      // Of an order that was never offered any there is nothing to repeat.
      if (!(await this.database.repository(OfferedSeat).existsBy({ orderId })))
        throw new SeatOfferEnded('No other seats are offered for this order.');
      await work(locked, order);
    });
    return await this.database.repository(Order).findOneByOrFail({ id: orderId });
  }

  /** @throws SeatOfferEnded */
  private mustBeOpen(reservation: Reservation, { state }: Order): void {
    if (state === OrderState.PAID) throw new SeatOfferEnded('You have these seats. Your tickets can be cancelled.');
    if (state !== OrderState.OFFERED || reservation.stateAt(this.clock.now()) !== ReservationState.ACTIVE)
      throw new SeatOfferEnded(TIME_IS_UP);
  }
}
