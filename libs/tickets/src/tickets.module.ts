import { Module } from '@nestjs/common';
import { CatalogueModule } from '#catalogue';
import { PaymentsModule } from '#payments';
import { ReservationsModule } from '#reservations';
import { IssuingService } from './issuing.service.js';
import { QrTokens } from './qr-tokens.js';
import { TicketLedger } from './ticket-ledger.js';
import { OrderTicketsResolver, TicketsResolver } from './tickets.resolver.js';
import { TicketsService } from './tickets.service.js';

@Module({
  imports: [CatalogueModule, PaymentsModule, ReservationsModule],
  providers: [TicketsService, TicketLedger, IssuingService, QrTokens, TicketsResolver, OrderTicketsResolver],
  exports: [TicketsService, TicketLedger, QrTokens],
})
export class TicketsModule {}

/** What works off jobs. */
@Module({ imports: [TicketsModule], providers: [] })
export class TicketsWorkerModule {}
