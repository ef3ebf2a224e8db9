export { calendarOf } from './calendar/calendar.js';
export { orderDocumentKey } from './documents/ticket-documents.js';
export { type TicketDetails, TicketDetailsService } from './documents/ticket-details.service.js';
export { QrTokens } from './qr-tokens.js';
export { Ticket, TicketState } from './ticket.entity.js';
export { TicketCancelled, TicketsRendered } from './ticket.events.js';
export { TicketLedger } from './ticket-ledger.js';
export { TicketsModule, TicketsWorkerModule } from './tickets.module.js';
export { TicketsService } from './tickets.service.js';
