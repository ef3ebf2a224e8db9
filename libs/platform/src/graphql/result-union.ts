import type { Type } from '@nestjs/common';
import { createUnionType } from '@nestjs/graphql';

/**
 * The result type of a mutation: what it gives, or one of the named refusals.
 * @example resultUnion('ReserveResult', [Reservation, SeatTaken, SalesClosed])
 */
export function resultUnion(name: string, types: readonly Type<object>[]): object {
  return createUnionType({
    name,
    types: () => types,
    resolveType: (value: object) => types.find((type) => value instanceof type),
  });
}
