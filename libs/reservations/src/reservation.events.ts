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

/** The payment came when the seats were gone: all of it goes back. */
export class OrderRefused {
  static readonly type = 'order.refused';
  constructor(readonly orderId: string) {}
}
