export { LineItem, Order, OrderState } from './order.entity.js';
export {
  OrderEnded,
  OrderPaid,
  OrderPlaced,
  OrderRefused,
  ReservationAdopted,
  ReservationExpired,
} from './reservation.events.js';
export { LiveMapHub } from './live-map/live-map.hub.js';
export { ReleasesService } from './releases.service.js';
export { Reservation, ReservationState } from './reservation.entity.js';
export { ReservationsModule, ReservationsWorkerModule } from './reservations.module.js';
