import { Area, Organization, Route, Seat, SeatMap, Stop, TaxRate, Tier, Venue } from '#catalogue';
import { Membership, User } from '#identity';
import { Invoice } from '#invoices';
import { Payment, PaymentApplication, Refund } from '#payments';
import { Promo } from '#promos';
import { LineItem, OfferedSeat, Order, Quote, Reservation } from '#reservations';
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
  TaxRate,
  Tier,
  Payment,
  PaymentApplication,
  Refund,
  Promo,
  Reservation,
  Quote,
  Order,
  LineItem,
  OfferedSeat,
  Ticket,
  Invoice,
];
