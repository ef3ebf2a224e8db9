import { Injectable } from '@nestjs/common';
import { RedisCommands } from './redis-commands.js';

/** Work that one process does for all. */
@Injectable()
export class Turns {
  constructor(private readonly commands: RedisCommands) {}

  /** @returns true for the first one who asks; for everybody else only when that time is over */
  async take(work: string, forMs: number): Promise<boolean> {
    const taken = await this.commands.client.set(`holdfast:turn:${work}`, '1', {
      condition: 'NX',
      expiration: { type: 'PX', value: forMs },
    });
    return taken !== null;
  }
}
