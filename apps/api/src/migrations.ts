import { PlatformOutbox1795248001000 } from '../../../migrations/1795248001000-platform-outbox.js';
import { IdentityUsers1795248002000 } from '../../../migrations/1795248002000-identity-users.js';
import { CatalogueBookables1795248003000 } from '../../../migrations/1795248003000-catalogue-bookables.js';
import { PaymentsPayments1795248004000 } from '../../../migrations/1795248004000-payments-payments.js';
import { ReservationsInventory1795248005000 } from '../../../migrations/1795248005000-reservations-inventory.js';
import { TicketsTickets1795248006000 } from '../../../migrations/1795248006000-tickets-tickets.js';
import { ValidationCheckIns1795248007000 } from '../../../migrations/1795248007000-validation-check-ins.js';
import { NotificationsLog1795248008000 } from '../../../migrations/1795248008000-notifications-log.js';
import { CatalogueRevisions1795248009000 } from '../../../migrations/1795248009000-catalogue-revisions.js';
import { ReservationsCells1795248010000 } from '../../../migrations/1795248010000-reservations-cells.js';
import { ReservationsBatches1795248010500 } from '../../../migrations/1795248010500-reservations-batches.js';
import { TicketsAreas1795248011000 } from '../../../migrations/1795248011000-tickets-areas.js';
import { ReservationsDue1795248012000 } from '../../../migrations/1795248012000-reservations-due.js';
import { PlatformMoves1795248019000 } from '../../../migrations/1795248019000-platform-moves.js';
import { CatalogueMoney1795248020000 } from '../../../migrations/1795248020000-catalogue-money.js';
import { ReservationsTierWalls1795248020500 } from '../../../migrations/1795248020500-reservations-tier-walls.js';
import { PromosPromos1795248021000 } from '../../../migrations/1795248021000-promos-promos.js';
import { PaymentsSandbox1795248022000 } from '../../../migrations/1795248022000-payments-sandbox.js';
import { PaymentsSettlement1795248023000 } from '../../../migrations/1795248023000-payments-settlement.js';
import { ReservationsQuotes1795248024000 } from '../../../migrations/1795248024000-reservations-quotes.js';
import { InvoicesJournal1795248025000 } from '../../../migrations/1795248025000-invoices-journal.js';
import { InvoicesInvoices1795248025500 } from '../../../migrations/1795248025500-invoices-invoices.js';
import { TicketsTransfers1795248026000 } from '../../../migrations/1795248026000-tickets-transfers.js';
import { ReservationsExchanges1795248027000 } from '../../../migrations/1795248027000-reservations-exchanges.js';
import { ReservationsSeatOffers1795248028000 } from '../../../migrations/1795248028000-reservations-seat-offers.js';
import { PaymentsAsking1795248028500 } from '../../../migrations/1795248028500-payments-asking.js';
import { InvoicesDiscountsAndLosses1795248029500 } from '../../../migrations/1795248029500-invoices-discounts-and-losses.js';
import { InvoicesBalanceByStatement1795248030000 } from '../../../migrations/1795248030000-invoices-balance-by-statement.js';

/** In the order in which they run. A test compares this list with the folder. */
export const migrations = [
  PlatformOutbox1795248001000,
  IdentityUsers1795248002000,
  CatalogueBookables1795248003000,
  PaymentsPayments1795248004000,
  ReservationsInventory1795248005000,
  TicketsTickets1795248006000,
  ValidationCheckIns1795248007000,
  NotificationsLog1795248008000,
  CatalogueRevisions1795248009000,
  ReservationsCells1795248010000,
  ReservationsBatches1795248010500,
  TicketsAreas1795248011000,
  ReservationsDue1795248012000,
  PlatformMoves1795248019000,
  CatalogueMoney1795248020000,
  ReservationsTierWalls1795248020500,
  PromosPromos1795248021000,
  PaymentsSandbox1795248022000,
  PaymentsSettlement1795248023000,
  ReservationsQuotes1795248024000,
  InvoicesJournal1795248025000,
  InvoicesInvoices1795248025500,
  TicketsTransfers1795248026000,
  ReservationsExchanges1795248027000,
  ReservationsSeatOffers1795248028000,
  PaymentsAsking1795248028500,
  InvoicesDiscountsAndLosses1795248029500,
  InvoicesBalanceByStatement1795248030000,
];
