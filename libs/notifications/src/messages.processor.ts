import { Processor } from '@nestjs/bull';
import { Eventually } from '#platform';
import { PasswordResetRequested } from '#identity';
import { RefundSettled } from '#payments';
import { OrderApproved, OrderRefused, OrderRejected, ReservationExpired, SeatsOffered } from '#reservations';
import { TicketCancelled, TicketTransferred, TicketsRendered } from '#tickets';
import { InvoicePrinted } from '#invoices';
import { AccountMessagesService } from './account-messages.service.js';
import { InvoiceMessagesService } from './invoice-messages.service.js';
import { OrderMessagesService } from './order-messages.service.js';
import { TicketMessagesService } from './ticket-messages.service.js';

/** A mail server answers in 50 to 500 ms: so many wait side by side. */
const AT_ONCE = 8;

/** Which fact is told in which message. */
@Processor('notifications')
export class MessagesProcessor {
  constructor(
    private readonly tickets: TicketMessagesService,
    private readonly orders: OrderMessagesService,
    private readonly accounts: AccountMessagesService,
    private readonly invoices: InvoiceMessagesService,
  ) {}

  @Eventually(TicketsRendered, 'send-order-confirmation', AT_ONCE)
  async orderConfirmation({ orderId }: TicketsRendered): Promise<void> {
    await this.tickets.confirm(orderId);
  }

  @Eventually(TicketCancelled, 'send-ticket-cancelled', AT_ONCE)
  async ticketCancelled({ ticketId, refundMinor, isCalledOff }: TicketCancelled): Promise<void> {
    await this.tickets.cancelled(ticketId, refundMinor, isCalledOff);
  }

  @Eventually(TicketTransferred, 'send-ticket-transferred', AT_ONCE)
  async ticketTransferred({ ticketId, fromUserId, toUserId }: TicketTransferred, eventId: string): Promise<void> {
    await this.tickets.transferred(ticketId, fromUserId, toUserId, eventId);
  }

  @Eventually(InvoicePrinted, 'send-invoice', AT_ONCE)
  async invoicePrinted({ invoiceId }: InvoicePrinted): Promise<void> {
    await this.invoices.issued(invoiceId);
  }

  @Eventually(OrderRefused, 'send-order-refused')
  async orderRefused({ orderId, reason }: OrderRefused): Promise<void> {
    await this.orders.refused(orderId, reason);
  }

  @Eventually(SeatsOffered, 'send-seats-offered')
  async seatsOffered({ orderId }: SeatsOffered): Promise<void> {
    await this.orders.seatsOffered(orderId);
  }

  @Eventually(OrderApproved, 'send-order-approved')
  async orderApproved({ orderId }: OrderApproved): Promise<void> {
    await this.orders.approved(orderId);
  }

  @Eventually(OrderRejected, 'send-order-rejected')
  async orderRejected({ orderId, reason }: OrderRejected): Promise<void> {
    await this.orders.rejected(orderId, reason);
  }

  @Eventually(RefundSettled, 'send-refund-settled')
  async refundSettled({ refundId }: RefundSettled): Promise<void> {
    await this.orders.refunded(refundId);
  }

  @Eventually(ReservationExpired, 'send-reservation-expired', AT_ONCE)
  async reservationExpired({ reservationId }: ReservationExpired): Promise<void> {
    await this.orders.expired(reservationId);
  }

  @Eventually(PasswordResetRequested, 'send-password-reset', AT_ONCE)
  async passwordReset({ userId }: PasswordResetRequested, eventId: string): Promise<void> {
    await this.accounts.resetPassword(userId, eventId);
  }
}
