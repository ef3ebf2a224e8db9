/** A ticket was given back; its seat is free. */
export class TicketCancelled {
  static readonly type = 'ticket.cancelled';
  constructor(
    readonly ticketId: string,
    readonly refundMinor: number,
  ) {}
}

/** Somebody else travels: the ticket has to be printed again. */
export class AttendeeChanged {
  static readonly type = 'attendee.changed';
  constructor(
    readonly ticketId: string,
    readonly orderId: string,
  ) {}
}

/** The PDFs of an order are in the storage. */
export class TicketsRendered {
  static readonly type = 'tickets.rendered';
  constructor(readonly orderId: string) {}
}
