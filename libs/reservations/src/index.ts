export { LineItem, ORDER_MOVES, Order, OrderState } from './order.entity.js';
export { OfferedSeat } from './offered-seat.entity.js';
export { Quote } from './quote.entity.js';
export {
  OrderApproved,
  OrderChargedBack,
  OrderEnded,
  OrderExchanged,
  OrderPaid,
  OrderPlaced,
  OrderRefused,
  OrderRejected,
  ReservationAdopted,
  ReservationExpired,
  SeatsAccepted,
  SeatsOffered,
} from './reservation.events.js';
export { Locks } from './locks.js';
export { LiveMapHub } from './live-map/live-map.hub.js';
export { ReleasesService } from './releases.service.js';
export { TicketGone } from './ticket-gone.js';
export { CheckOutService } from './check-out.service.js';
export type { Exchange } from './order-placement.js';
export { BookingSessionService } from './booking-session.service.js';
export { QuotingService } from './quoting.service.js';
export { LimitExceeded, QuoteOutdated, ReservationEnded, TotalChanged } from './reservation.refusals.js';
export { Reservation, ReservationState } from './reservation.entity.js';
export { ReservationsModule, ReservationsWorkerModule } from './reservations.module.js';
export { SessionTokens } from './session-tokens.js';
