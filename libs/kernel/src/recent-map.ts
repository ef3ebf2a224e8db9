/** A map of the entries that were set last, so many and no more. To keep one that was read, set it again. */
export class RecentMap<Key, Value> extends Map<Key, Value> {
  constructor(private readonly most: number) {
    super();
  }

  override set(key: Key, value: Value): this {
    // Taken out and put in again: the first in the map is the one that was set longest ago.
    this.delete(key);
    super.set(key, value);
    if (this.size > this.most) this.delete(this.keys().next().value!);
    return this;
  }
}
