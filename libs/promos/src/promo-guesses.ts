import { Injectable } from '@nestjs/common';
import { networkOf } from '#kernel';
import { Attempts, correlation } from '#platform';
import type { Principal } from '#identity';
import { PromoCodeUnknown } from './promo.refusals.js';

/** More than anybody mistypes, and too few to find a code by trying. */
const PATIENCE = { most: 10, minutes: 10 };

/** Codes are secrets: who names codes that are not there is answered no more for some minutes. */
@Injectable()
export class PromoGuesses {
  constructor(private readonly attempts: Attempts) {}

  /**
   * Looks a code up, for who asks: the account, or else the address. Of what the shop does by itself nothing is counted.
   * @throws RATE_LIMITED
   */
  async lookUp<T>(organizationId: string, work: () => Promise<T>): Promise<T> {
    const caller = correlation.caller();
    if (!caller) return await work();
    const asker = (caller.user as Principal | undefined)?.userId ?? networkOf(caller.ip);
    return await this.attempts.limited(
      `promo:${organizationId}:${asker}`,
      PATIENCE,
      work,
      (error) => error instanceof PromoCodeUnknown,
    );
  }
}
