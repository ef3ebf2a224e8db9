import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { badInput } from './caller-errors.js';

const LONE_SURROGATE = /\p{Surrogate}/u;
/** No input type is nested so deep; a path parameter or a form is flat. */
const DEEPEST = 12;

/**
 * What holds for every argument, before it is validated. Text that PostgreSQL cannot keep is refused: U+0000 and halves
 * of surrogate pairs. A member that is null counts as not given: many clients send their unset variables so.
 */
@Injectable()
export class CleanTextPipe implements PipeTransform<unknown> {
  transform(value: unknown, { type }: ArgumentMetadata): unknown {
    return type === 'custom' ? value : clean(value, DEEPEST);
  }
}

function clean(value: unknown, levels: number): unknown {
  if (value === null) return undefined;
  if (typeof value === 'string') {
    if (value.includes('\0') || LONE_SURROGATE.test(value))
      throw badInput('The text has a character that cannot be kept: U+0000 or half of a surrogate pair.');
    return value;
  }
  if (typeof value !== 'object' || value instanceof Date) return value;
  if (levels === 0) throw badInput('The input is nested too deep.');
  if (Array.isArray(value)) return value.map((item) => clean(item, levels - 1));
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === null ? [] : [[name, clean(member, levels - 1)] as const],
    ),
  );
}
