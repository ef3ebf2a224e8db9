/** Thrown by whoever owns tickets: one that was given for an order has been used or given back meanwhile. */
export class TicketGone extends Error {}
