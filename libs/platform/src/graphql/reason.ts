import { badInput } from './caller-errors.js';

/** Why somebody does what others are told of, as it is told. @throws BAD_USER_INPUT */
export function reasonGiven(reason: string): string {
  if (reason.trim() === '' || reason.length > 500) throw badInput('Say why, in at most 500 characters.', 'reason');
  return reason.trim();
}
