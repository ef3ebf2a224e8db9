export { LineItem, Order, OrderState } from './order.entity.js';
export { OrderEnded, OrderPaid, OrderPlaced, OrderRefused, ReservationExpired } from './reservation.events.js';
export { LiveMap } from './live-map.js';
export { ReleasesService } from './releases.service.js';
export { Reservation, ReservationState } from './reservation.entity.js';
export { ReservationsModule, ReservationsWorkerModule } from './reservations.module.js';
