import type { Amounts } from './journal.js';
import { Account } from './journal.type.js';
import type { Parts } from './parts.js';

/** What parts of a line move. @param side 1 takes revenue and its tax back, −1 earns them */
export function revenue(
  { salesMinor, discountsMinor, feesMinor, salesTaxMinor, feesTaxMinor }: Parts,
  side: 1 | -1,
): Amounts {
  return {
    [Account.SALES]: side * (salesMinor + discountsMinor),
    [Account.DISCOUNTS]: -side * discountsMinor,
    [Account.FEES]: side * feesMinor,
    [Account.TAX]: side * (salesTaxMinor + feesTaxMinor),
  };
}
