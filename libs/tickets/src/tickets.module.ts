import { Module } from '@nestjs/common';
import { Auditor } from '#platform';
import { CatalogueModule } from '#catalogue';
import { PaymentsModule } from '#payments';
import { ReservationsModule } from '#reservations';
import { CalendarController } from './calendar/calendar.controller.js';
import { CalendarFeedsService } from './calendar/calendar-feeds.service.js';
import { CalendarResolver } from './calendar/calendar.resolver.js';
import { Browser } from './documents/browser.js';
import { PrintingProcessor } from './documents/printing.processor.js';
import { PrintingService } from './documents/printing.service.js';
import { TicketDetailsService } from './documents/ticket-details.service.js';
import { TicketDocuments } from './documents/ticket-documents.js';
import { TicketPress } from './documents/ticket-press.js';
import { TICKET_INVARIANTS } from './invariants.js';
import { IssuingService } from './issuing.service.js';
import { QrTokens } from './qr-tokens.js';
import { TicketLedger } from './ticket-ledger.js';
import { OrderTicketsResolver, TicketsResolver } from './tickets.resolver.js';
import { TicketsService } from './tickets.service.js';

@Module({
  imports: [CatalogueModule, PaymentsModule, ReservationsModule],
  controllers: [CalendarController],
  providers: [
    TicketsService,
    TicketDetailsService,
    TicketLedger,
    IssuingService,
    QrTokens,
    TicketsResolver,
    OrderTicketsResolver,
    CalendarFeedsService,
    CalendarResolver,
  ],
  exports: [TicketsService, TicketDetailsService, TicketLedger, QrTokens],
})
export class TicketsModule {
  constructor(auditor: Auditor) {
    auditor.register(TICKET_INVARIANTS);
  }
}

/** What works off jobs. */
@Module({
  imports: [TicketsModule],
  providers: [Browser, TicketPress, TicketDocuments, PrintingService, PrintingProcessor],
})
export class TicketsWorkerModule {}
