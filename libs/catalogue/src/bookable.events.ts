/** A trip or event will not take place. What was sold is paid back in the background. */
export class BookableCancelled {
  static readonly type = 'bookable.cancelled';
  constructor(
    readonly bookableId: string,
    readonly reason: string,
  ) {}
}
