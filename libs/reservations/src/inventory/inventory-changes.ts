import { Injectable, type OnModuleInit } from '@nestjs/common';
import { newId } from '#kernel';
import { PubSub } from '#platform';

/** A seat as it is: one character per leg, `.` free, `h` held, `s` sold. */
export interface SeatLegs {
  ordinal: number;
  legs: string;
}

/** These seats, as they are at `sequence`, are not what they were at `since`. */
export interface InventoryChange {
  bookableId: string;
  since: number;
  sequence: number;
  seats: SeatLegs[];
}

type Listener = (change: InventoryChange) => void;

const CHANNEL = 'inventory';

/**
 * Tells every process what has been committed: this one at once, the others through one Redis channel. Best effort;
 * whoever must not miss a number compares it with the database.
 */
@Injectable()
export class InventoryChanges implements OnModuleInit {
  private readonly listeners: Listener[] = [];
  /** Our own messages come back; they are told by their beginning without being read. */
  private readonly process = newId();

  constructor(private readonly pubSub: PubSub) {}

  async onModuleInit(): Promise<void> {
    await this.pubSub.subscribe(CHANNEL, (message) => {
      if (message.startsWith(this.process)) return;
      this.tell(JSON.parse(message.slice(this.process.length)) as InventoryChange[]);
    });
  }

  onChange(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** After the commit. */
  publish(changes: InventoryChange[]): void {
    if (changes.length === 0) return;
    this.pubSub.publish(CHANNEL, this.process + JSON.stringify(changes));
    this.tell(changes);
  }

  private tell(changes: InventoryChange[]): void {
    for (const change of changes) for (const listener of this.listeners) listener(change);
  }
}
