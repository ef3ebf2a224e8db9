import { Area, Organization, Route, Seat, SeatMap, Stop, Tier, Venue } from '#catalogue';
import { Membership, User } from '#identity';
import { Payment, Refund } from '#payments';
import { LineItem, Order, Reservation } from '#reservations';
import { Ticket } from '#tickets';

/** Every entity of the application, for the one data source. */
export const entities = [
  User,
  Membership,
  Organization,
  SeatMap,
  Seat,
  Area,
  Stop,
  Route,
  Venue,
  Tier,
  Payment,
  Refund,
  Reservation,
  Order,
  LineItem,
  Ticket,
];
