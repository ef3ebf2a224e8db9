import { Module } from '@nestjs/common';
import { Auditor } from '#platform';
import { LogIns } from '#identity';
import { CatalogueModule } from '#catalogue';
import { PaymentLocks, PaymentsModule, ReconciliationService } from '#payments';
import { PromosModule } from '#promos';
import { AdditionsService } from './additions.service.js';
import { AdoptionsService } from './adoptions.service.js';
import { ApprovalsResolver } from './approvals.resolver.js';
import { ApprovalsService } from './approvals.service.js';
import { AvailabilityService } from './availability.js';
import { BestSeatsService } from './best-seats.service.js';
import { BookingSessionResolver } from './booking-session.resolver.js';
import { BookingSessionService } from './booking-session.service.js';
import { CheckOutService } from './check-out.service.js';
import { HoldExpiry } from './hold-expiry.js';
import { HoldsService } from './holds.service.js';
import { HoldBatches } from './inventory/hold-batches.js';
import { HoldEnds } from './inventory/hold-ends.js';
import { HoldQueue } from './inventory/hold-queue.js';
import { InventoryChanges } from './inventory/inventory-changes.js';
import { Inventory } from './inventory/inventory.js';
import { InventoryOpenings } from './inventory/inventory-openings.js';
import { INVENTORY_INVARIANTS } from './inventory/invariants.js';
import { Offers } from './inventory/offers.js';
import { Replays } from './inventory/replays.js';
import { SeatStates } from './inventory/seat-states.js';
import { TakenSeats } from './inventory/taken-seats.js';
import { TierCounts } from './inventory/tier-counts.js';
import { InventoryWatch } from './inventory-watch.js';
import { InventoryResolver } from './inventory.resolver.js';
import { Locks } from './locks.js';
import { LiveMapHub } from './live-map/live-map.hub.js';
import { LiveMapResolver } from './live-map/live-map.resolver.js';
import { OrderPlacement } from './order-placement.js';
import { ORDER_INVARIANTS } from './order-invariants.js';
import { OrdersResolver } from './orders.resolver.js';
import { QuotesResolver } from './quotes.resolver.js';
import { QuotingService } from './quoting.service.js';
import { Quotes } from './quotes.js';
import { ReleasesService } from './releases.service.js';
import { ReservationFieldsResolver } from './reservation-fields.resolver.js';
import { ReservationsResolver } from './reservations.resolver.js';
import { BookableSeatsResolver, TripOfferResolver } from './seats.resolver.js';
import { SeatTakenResolver } from './seat-taken.resolver.js';
import { SeatOfferAnswers } from './seat-offer-answers.service.js';
import { SeatOffersResolver } from './seat-offers.resolver.js';
import { SeatOffersService } from './seat-offers.service.js';
import { SeatPlans } from './seat-plans.js';
import { SaleService } from './sale.service.js';
import { SessionTokens } from './session-tokens.js';
import { SettlementService } from './settlement.service.js';
import { ReservationCounts } from './statistics.js';
import { TierAvailabilityResolver } from './tier-availability.resolver.js';
import { TierAvailabilityService } from './tier-availability.js';
import { TierChangesResolver } from './tier-changes.resolver.js';
import { TierChangesService } from './tier-changes.service.js';

const inventory = [
  InventoryChanges,
  Offers,
  HoldBatches,
  HoldQueue,
  HoldEnds,
  TakenSeats,
  Replays,
  Inventory,
  InventoryOpenings,
  SeatStates,
  TierCounts,
  TierAvailabilityService,
  TierChangesService,
  Quotes,
  HoldsService,
  ReleasesService,
  BookingSessionService,
  AdditionsService,
  AdoptionsService,
  SeatPlans,
  BestSeatsService,
  AvailabilityService,
  ReservationCounts,
  Locks,
  SessionTokens,
];

@Module({
  imports: [CatalogueModule, PaymentsModule, PromosModule],
  providers: [
    ...inventory,
    CheckOutService,
    ApprovalsService,
    ApprovalsResolver,
    QuotingService,
    QuotesResolver,
    OrderPlacement,
    SaleService,
    SeatOffersService,
    SeatOfferAnswers,
    SeatOffersResolver,
    SettlementService,
    LiveMapHub,
    ReservationsResolver,
    ReservationFieldsResolver,
    BookingSessionResolver,
    SeatTakenResolver,
    InventoryResolver,
    OrdersResolver,
    BookableSeatsResolver,
    TripOfferResolver,
    TierAvailabilityResolver,
    TierChangesResolver,
    LiveMapResolver,
  ],
  exports: [
    HoldsService,
    ReleasesService,
    Locks,
    CheckOutService,
    BookingSessionService,
    QuotingService,
    SessionTokens,
  ],
})
export class ReservationsModule {
  constructor(
    auditor: Auditor,
    logIns: LogIns,
    adoptions: AdoptionsService,
    reconciliation: ReconciliationService,
    settlement: SettlementService,
    paymentLocks: PaymentLocks,
    locks: Locks,
  ) {
    auditor.register([...INVENTORY_INVARIANTS, ...ORDER_INVARIANTS]);
    reconciliation.isWanted = (orderIds) => settlement.waiting(orderIds);
    paymentLocks.lockReferences = async (orderIds) => void (await locks.orders(orderIds));
    logIns.onLogIn((userId, sessionTokens) => adoptions.adopt(userId, sessionTokens));
  }
}

/** What works off jobs. */
@Module({ imports: [ReservationsModule], providers: [HoldExpiry, InventoryWatch] })
export class ReservationsWorkerModule {}
