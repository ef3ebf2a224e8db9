import { Injectable } from '@nestjs/common';
import { Clock, hashToken, newToken } from '#kernel';
import { Config, Database } from '#platform';
import { TicketDetailsService } from '../documents/ticket-details.service.js';
import { TicketsService } from '../tickets.service.js';
import { calendarOf } from './calendar.js';

/**
 * Upcoming tickets as a calendar, and the private address to which a calendar program subscribes: such programs cannot
 * log in, so the address is the permission. Only a hash of it is kept; making a new one ends the old one.
 */
@Injectable()
export class CalendarFeedsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly tickets: TicketsService,
    private readonly details: TicketDetailsService,
  ) {}

  /** @returns the address, which cannot be had again */
  async create(userId: string): Promise<string> {
    const token = newToken();
    await this.database.query(
      `INSERT INTO calendar_feeds (user_id, token_hash, created_at) VALUES ($1, $2, $3)
       ON CONFLICT (user_id) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at`,
      [userId, hashToken(token), this.clock.now()],
    );
    return `${this.config.publicUrl}/calendar/feed/${token}.ics`;
  }

  /** @returns false when there was none */
  async revoke(userId: string): Promise<boolean> {
    const gone = await this.database.query(`DELETE FROM calendar_feeds WHERE user_id = $1 RETURNING user_id`, [userId]);
    return gone.length > 0;
  }

  /** The calendar behind a private address, `undefined` when the address is wrong or was revoked. */
  async open(token: string): Promise<string | undefined> {
    const [feed] = await this.database.query<{ user_id: string }>(
      `SELECT user_id FROM calendar_feeds WHERE token_hash = $1`,
      [hashToken(token)],
    );
    return feed && (await this.calendarOf(feed.user_id));
  }

  /** Paid tickets of an account that are not over, as iCalendar text. What was cancelled has left it. */
  async calendarOf(userId: string): Promise<string> {
    const upcoming = await this.details.of(await this.tickets.upcoming(userId));
    return calendarOf(upcoming, new URL(this.config.publicUrl).hostname);
  }
}
