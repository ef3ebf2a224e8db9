import { InventoryChanges, type InventoryChange } from '../../libs/reservations/src/inventory/inventory-changes.js';
import type { TestApplication } from './application.js';

const SOMEBODY = '01935b0e-7c1a-7cc0-8f6b-2f0a4a0f1a11';

/**
 * Changes seats as a commit of another process does whose message was lost: the rows are written, nobody is told.
 * The bookable must have been reserved before. @returns the message
 */
export async function changeSilently(
  application: TestApplication,
  bookableId: string,
  ordinals: number[],
  mark: '.' | 's',
): Promise<InventoryChange> {
  const rows = await application.database.query<{ ordinal: number; legs: string; sequence: string }>(
    `WITH numbered AS (UPDATE inventories SET sequence = sequence + 1 WHERE bookable_id = $1 RETURNING sequence),
     changed AS (
       UPDATE seat_cells c SET legs = repeat($3, length(c.legs)), held_until = NULL, changed = n.sequence,
         holders = array_fill(CASE $3 WHEN 's' THEN $4::uuid END, ARRAY[length(c.legs)])
       FROM numbered n WHERE c.bookable_id = $1 AND c.ordinal = ANY($2::integer[]) RETURNING c.ordinal, c.legs)
     SELECT n.sequence, c.ordinal, c.legs FROM numbered n LEFT JOIN changed c ON true`,
    [bookableId, ordinals, mark, SOMEBODY],
  );
  const sequence = Number(rows[0]!.sequence);
  const seats = ordinals.length > 0 ? rows.map(({ ordinal, legs }) => ({ ordinal, legs })) : [];
  return { bookableId, since: sequence - 1, sequence, seats };
}

/** The message that was lost comes after all. */
export function announce(application: TestApplication, ...changes: InventoryChange[]): void {
  for (const change of changes) application.get(InventoryChanges).publish([change]);
}
