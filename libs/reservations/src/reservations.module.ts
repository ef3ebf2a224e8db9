import { Module } from '@nestjs/common';
import { CatalogueModule } from '#catalogue';
import { PaymentsModule } from '#payments';
import { AvailabilityService } from './availability.js';
import { CheckOutService } from './check-out.service.js';
import { ConfirmationService } from './confirmation.service.js';
import { HoldExpiry } from './hold-expiry.js';
import { HoldsService } from './holds.service.js';
import { LiveMapHub } from './live-map.hub.js';
import { LiveMap } from './live-map.js';
import { LiveMapResolver } from './live-map.resolver.js';
import { OrdersResolver } from './orders.resolver.js';
import { Quotes } from './quotes.js';
import { ReleasesService } from './releases.service.js';
import { ReservationsResolver } from './reservations.resolver.js';
import { SeatClaims } from './seat-claims.js';
import { BookableSeatsResolver, TripOfferResolver } from './seats.resolver.js';
import { SessionTokens } from './session-tokens.js';

const inventory = [
  SeatClaims,
  LiveMap,
  LiveMapHub,
  HoldsService,
  ReleasesService,
  AvailabilityService,
  Quotes,
  SessionTokens,
];

@Module({
  imports: [CatalogueModule, PaymentsModule],
  providers: [
    ...inventory,
    CheckOutService,
    ConfirmationService,
    ReservationsResolver,
    OrdersResolver,
    BookableSeatsResolver,
    TripOfferResolver,
    LiveMapResolver,
  ],
  exports: [HoldsService, ReleasesService, CheckOutService, LiveMap, SessionTokens],
})
export class ReservationsModule {}

/** What works off jobs. */
@Module({ imports: [ReservationsModule], providers: [HoldExpiry] })
export class ReservationsWorkerModule {}
