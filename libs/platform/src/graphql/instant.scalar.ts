import { type CustomScalar, Scalar } from '@nestjs/graphql';
import { Kind, type ValueNode } from 'graphql';
import { badInput } from './caller-errors.js';

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

/**
 * Replaces Nest's scalar of the same name, which takes whatever `new Date` makes something of: there the 30th of
 * February is the 2nd of March, 5 is a moment of 1970, and a time without an offset is in the time zone of the server.
 */
@Scalar('DateTime', () => Date)
export class InstantScalar implements CustomScalar<string, Date> {
  description =
    'A moment with its offset, such as 2026-12-01T09:54:33Z or 2026-12-01T10:54:33+01:00; answers are in UTC.';

  parseValue(value: unknown): Date {
    const [, year, month, day] = (typeof value === 'string' && INSTANT.exec(value)) || [];
    const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
    const instant = new Date(value as string);
    if (year === undefined || Number(day) > lastDay || Number.isNaN(instant.getTime())) {
      throw badInput('A DateTime is a moment that exists, with its offset, such as 2026-12-01T09:54:33Z.');
    }
    return instant;
  }

  parseLiteral(node: ValueNode): Date {
    return this.parseValue(node.kind === Kind.STRING ? node.value : undefined);
  }

  serialize(value: unknown): string {
    return (value as Date).toISOString();
  }
}
