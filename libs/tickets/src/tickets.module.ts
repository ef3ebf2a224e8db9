import { Module } from '@nestjs/common';
import { Auditor, PrintingModule } from '#platform';
import { CatalogueModule } from '#catalogue';
import { PaymentsModule } from '#payments';
import { PromosModule } from '#promos';
import { ReservationsModule } from '#reservations';
import { CalendarController } from './calendar/calendar.controller.js';
import { CalendarFeedsService } from './calendar/calendar-feeds.service.js';
import { CalendarResolver } from './calendar/calendar.resolver.js';
import { PrintingProcessor } from './documents/printing.processor.js';
import { PrintingService } from './documents/printing.service.js';
import { TicketDetailsService } from './documents/ticket-details.service.js';
import { TicketDocuments } from './documents/ticket-documents.js';
import { TicketPress } from './documents/ticket-press.js';
import { TICKET_INVARIANTS } from './invariants.js';
import { CalledOffProcessor } from './called-off.processor.js';
import { CalledOffResolver } from './called-off.resolver.js';
import { CalledOffService } from './called-off.service.js';
import { CancellationsResolver } from './cancellations.resolver.js';
import { CancellationsService } from './cancellations.service.js';
import { ExchangesResolver } from './exchanges.resolver.js';
import { ExchangesService } from './exchanges.service.js';
import { IssuingService } from './issuing.service.js';
import { QrTokens } from './qr-tokens.js';
import { ReseatingService } from './reseating.service.js';
import { RevocationsService } from './revocations.service.js';
import { TicketEndings } from './ticket-endings.js';
import { TicketLedger } from './ticket-ledger.js';
import { OrderTicketsResolver, TicketsResolver } from './tickets.resolver.js';
import { TicketsService } from './tickets.service.js';
import { TransfersResolver } from './transfers.resolver.js';
import { TransfersService } from './transfers.service.js';

@Module({
  imports: [CatalogueModule, PaymentsModule, PromosModule, ReservationsModule],
  controllers: [CalendarController],
  providers: [
    TicketsService,
    TicketDetailsService,
    TicketLedger,
    TicketEndings,
    IssuingService,
    ReseatingService,
    RevocationsService,
    QrTokens,
    CalledOffService,
    CalledOffResolver,
    CancellationsService,
    CancellationsResolver,
    ExchangesService,
    ExchangesResolver,
    TransfersService,
    TransfersResolver,
    TicketsResolver,
    OrderTicketsResolver,
    CalendarFeedsService,
    CalendarResolver,
  ],
  exports: [TicketsService, CalledOffService, CancellationsService, TicketDetailsService, TicketLedger, QrTokens],
})
export class TicketsModule {
  constructor(auditor: Auditor) {
    auditor.register(TICKET_INVARIANTS);
  }
}

/** What works off jobs. */
@Module({
  imports: [TicketsModule, PrintingModule],
  providers: [TicketPress, TicketDocuments, PrintingService, PrintingProcessor, CalledOffProcessor],
})
export class TicketsWorkerModule {}
