import { Extensions } from '@nestjs/graphql';
import type { GraphQLField } from 'graphql';

const UNSCOPED = 'unscoped';

/**
 * For the few root fields that are asked thousands of times a second: executed by a plan, they do without the
 * `correlation` of their request, which would cost a sixth of them. Whatever needs it enters it itself: a promo code is
 * looked up for who asks.
 */
export const Unscoped = (): MethodDecorator => Extensions({ [UNSCOPED]: true });

export function isUnscoped({ extensions }: GraphQLField<unknown, unknown>): boolean {
  return extensions[UNSCOPED] === true;
}
