/** A ticket was given back; its seat is free. */
export class TicketCancelled {
  static readonly type = 'ticket.cancelled';
  constructor(
    readonly ticketId: string,
    readonly refundMinor: number,
    /** By the organiser: the trip or event does not take place. */
    readonly isCalledOff = false,
  ) {}
}

/** A bank has taken back what paid for these tickets before they were used: they are void. */
export class TicketsRevoked {
  static readonly type = 'tickets.revoked';
  constructor(
    readonly orderId: string,
    readonly ticketIds: string[],
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

/** A ticket has another owner. */
export class TicketTransferred {
  static readonly type = 'ticket.transferred';
  constructor(
    readonly ticketId: string,
    readonly fromUserId: string,
    readonly toUserId: string,
  ) {}
}
