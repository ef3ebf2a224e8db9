/** Places are held: one event for a whole batch of reservations. */
export class ReservationsHeld {
  static readonly type = 'reservations.held';
  constructor(readonly reservations: { reservationId: string; bookableId: string }[]) {}
}

/** Time was up: the seats are free again. Of passengers whom we know, by account or order. */
export class ReservationExpired {
  static readonly type = 'reservation.expired';
  constructor(readonly reservationId: string) {}
}

/** A passenger who reserved without an account has logged in. */
export class ReservationAdopted {
  static readonly type = 'reservation.adopted';
  constructor(
    readonly reservationId: string,
    readonly userId: string,
  ) {}
}

/** A passenger checked out; tickets are prepared. */
export class OrderPlaced {
  static readonly type = 'order.placed';
  constructor(readonly orderId: string) {}
}

/** Paid in full, the seats are sold. */
export class OrderPaid {
  static readonly type = 'order.paid';
  constructor(readonly orderId: string) {}
}

/** The order came to nothing before it was paid. */
export class OrderEnded {
  static readonly type = 'order.ended';
  constructor(
    readonly orderId: string,
    readonly outcome: 'EXPIRED' | 'CANCELLED',
  ) {}
}

/** An exchange is paid for: the tickets that are given for it end with it. */
export class OrderExchanged {
  static readonly type = 'order.exchanged';
  constructor(
    readonly orderId: string,
    readonly fromOrderId: string,
    readonly ticketIds: string[],
    /** What they count for; `movedMinor` of it pays for the new order, the rest goes back. */
    readonly creditMinor: number,
    readonly movedMinor: number,
  ) {}
}

/** The organiser agrees: it can be paid. */
export class OrderApproved {
  static readonly type = 'order.approved';
  constructor(readonly orderId: string) {}
}

/** The organiser does not agree; its places are free again. */
export class OrderRejected {
  static readonly type = 'order.rejected';
  constructor(
    readonly orderId: string,
    readonly reason: string,
  ) {}
}

/** The bank has taken the money of a paid order back. */
export class OrderChargedBack {
  static readonly type = 'order.charged-back';
  constructor(readonly orderId: string) {}
}

/** The payment came when the places were gone; equivalent seats are held for the order until the passenger answers. */
export class SeatsOffered {
  static readonly type = 'seats.offered';
  constructor(readonly orderId: string) {}
}

/** The passenger takes the seats that were offered: the order's lines have them. */
export class SeatsAccepted {
  static readonly type = 'seats.accepted';
  constructor(readonly orderId: string) {}
}

/** How an offer of seats came to nothing. */
export type SeatOfferOutcome = 'DECLINED' | 'NOT_ANSWERED' | 'CALLED_OFF';

/** The seats that were offered are free again, and the order has ended. */
export class SeatOfferLapsed {
  static readonly type = 'seat-offer.lapsed';
  constructor(
    readonly orderId: string,
    readonly outcome: SeatOfferOutcome,
  ) {}
}

/** The payment came when the places were gone, or the order had been cancelled: all of it goes back. */
export class OrderRefused {
  static readonly type = 'order.refused';
  constructor(
    readonly orderId: string,
    readonly reason: 'TOO_LATE' | 'CANCELLED' | SeatOfferOutcome,
  ) {}
}
