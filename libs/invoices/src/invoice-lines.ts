import { type Parts, partsOf } from './journal/parts.js';
import type { LineItem } from '#reservations';
import { type InvoiceLine, InvoiceTax, type TaxCategory } from './invoice.entity.js';

type Sold = Pick<
  LineItem,
  'description' | 'priceMinor' | 'discountMinor' | 'feeMinor' | 'taxMinor' | 'totalMinor' | 'taxIncluded' | 'tax'
>;

/** Lines of a document, sums by rate, and the sum of all: they add up to the unit. */
export interface Content {
  lines: InvoiceLine[];
  taxes: InvoiceTax[];
  netMinor: number;
  taxMinor: number;
  totalMinor: number;
}

/** What was sold: a line for each place, then one for the fees of each rate. */
export function contentOfSale(sold: readonly Sold[]): Content {
  return contentOf(sold.map((line) => ({ line, parts: partsOf(line), isWhole: true })));
}

/** What of it is taken back. */
export function contentOfReversals(reversals: readonly { line: Sold; parts: Parts }[]): Content {
  return contentOf(reversals.map((reversal) => ({ ...reversal, isWhole: false })));
}

function contentOf(sold: readonly { line: Sold; parts: Parts; isWhole: boolean }[]): Content {
  // Nothing of it is taxed: tax has nothing to do with it. Only some of it is not: that is exempt.
  const untaxed: TaxCategory = sold.every(({ line }) => line.tax === null) ? 'O' : 'E';
  const rated = sold.map((one) => {
    const { tax } = one.line;
    const category = tax === null ? untaxed : (tax.category as TaxCategory);
    return { ...one, rate: { category, rateBps: tax?.rateBps ?? 0, name: tax?.name ?? '' } };
  });
  const places = rated.flatMap(({ line, parts, isWhole, rate: { category, rateBps } }): InvoiceLine[] => {
    const { salesMinor: netMinor, salesTaxMinor: taxMinor } = parts;
    if (!isWhole && netMinor + taxMinor === 0) return [];
    const [priceMinor, discountMinor] =
      isWhole && line.discountMinor > 0 ? [line.priceMinor, line.discountMinor] : [0, 0];
    const totalMinor = netMinor + taxMinor;
    return [
      { description: line.description, netMinor, taxMinor, totalMinor, priceMinor, discountMinor, category, rateBps },
    ];
  });
  const rates = [...new Map(rated.map(({ rate }) => [keyOf(rate), rate])).values()];
  const fees = rates.flatMap((rate): InvoiceLine[] => {
    const own = rated.filter(
      (one) => keyOf(one.rate) === keyOf(rate) && one.parts.feesMinor + one.parts.feesTaxMinor > 0,
    );
    if (own.length === 0) return [];
    const netMinor = sum(own, ({ parts }) => parts.feesMinor);
    const taxMinor = sum(own, ({ parts }) => parts.feesTaxMinor);
    const description = own.length === 1 ? 'Booking fee' : `Booking fee, ${own.length} places`;
    const { category, rateBps } = rate;
    return [
      {
        description,
        netMinor,
        taxMinor,
        totalMinor: netMinor + taxMinor,
        priceMinor: 0,
        discountMinor: 0,
        category,
        rateBps,
      },
    ];
  });
  const lines = [...places, ...fees];
  const taxes = rates
    .filter((rate) => lines.some((line) => keyOf(line) === keyOf(rate)))
    .toSorted((a, b) => b.rateBps - a.rateBps || a.category.localeCompare(b.category))
    .map((rate) => {
      const own = lines.filter((line) => keyOf(line) === keyOf(rate));
      const sums = { netMinor: sum(own, ({ netMinor }) => netMinor), taxMinor: sum(own, ({ taxMinor }) => taxMinor) };
      return Object.assign(new InvoiceTax(), rate, sums);
    });
  const [netMinor, taxMinor] = [sum(lines, (line) => line.netMinor), sum(lines, (line) => line.taxMinor)];
  return { lines, taxes, netMinor, taxMinor, totalMinor: netMinor + taxMinor };
}

/** EN 16931 has one sum for each category and rate, whatever the rates are called. */
const keyOf = ({ category, rateBps }: { category: string; rateBps: number }): string => `${category} ${rateBps}`;

function sum<T>(items: readonly T[], amountOf: (item: T) => number): number {
  return items.reduce((total, item) => total + amountOf(item), 0);
}
