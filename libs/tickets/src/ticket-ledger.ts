import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Database } from '#platform';
import { TICKET_MOVES, TicketState } from './ticket.entity.js';

/** Which tickets to move: one, or those of orders. */
type Which = { ticketId: string } | { orderIds: string[] };

/** The one place where a ticket changes its state. Each move is one conditional statement and leaves a row. */
@Injectable()
export class TicketLedger {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Moves the tickets whose state allows it, in the open transaction or one of its own.
   * @param actor a user id, or the name of the event that did it
   * @returns the ids that moved: of rivals for one ticket exactly one gets it
   */
  async move(which: Which, to: TicketState, actor: string): Promise<string[]> {
    const from = Object.values(TicketState).filter((state) => TICKET_MOVES[state].includes(to));
    const [column, ids] = 'ticketId' in which ? ['id', [which.ticketId]] : ['order_id', which.orderIds];
    const moved = await this.database.query<{ ticket_id: string }>(
      `WITH old AS (SELECT id, state FROM tickets WHERE ${column} = ANY($1::uuid[]) AND state = ANY($2::text[]) ORDER BY id FOR UPDATE),
            new AS (UPDATE tickets t SET state = $3, changed_at = $4 FROM old WHERE t.id = old.id RETURNING t.id)
       INSERT INTO ticket_moves (id, ticket_id, from_state, to_state, actor, moved_at)
       SELECT gen_random_uuid(), old.id, old.state, $3, $5, $4 FROM old JOIN new ON new.id = old.id RETURNING ticket_id`,
      [ids, from, to, this.clock.now(), actor],
    );
    return moved.map(({ ticket_id }) => ticket_id);
  }
}
