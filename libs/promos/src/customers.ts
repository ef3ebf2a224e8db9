import { type KeyObject, createHmac, createSecretKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '#platform';
import type { Basket } from './basket.js';

/** Whom uses are counted for: the account, or else the e-mail address, which is kept as a keyed hash alone. */
@Injectable()
export class Customers {
  private readonly key: KeyObject;

  constructor(config: Config) {
    this.key = createSecretKey(config.LINK_SECRET, 'utf8');
  }

  /** @returns undefined for a visitor of whom nothing is known yet */
  keyOf({ userId, email }: Basket['customer']): string | undefined {
    if (userId) return userId;
    if (!email) return undefined;
    return createHmac('sha256', this.key).update(`promo-customer:${email.trim().toLowerCase()}`).digest('base64url');
  }
}
