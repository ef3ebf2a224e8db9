import { MailerService } from '@nestjs-modules/mailer';
import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#kernel';
import { Config, Database } from '#platform';
import type { Letter } from './messages/letter.js';

export interface Attachment {
  filename: string;
  content: Buffer | string;
  contentType: string;
}

export interface Mailing {
  /** The same key is sent once, however often it is asked for: `order-confirmation:<order id>`. */
  dedupeKey: string;
  /** What sort of message it is: `order-confirmation`. */
  kind: string;
  to: { name: string; address: string };
  /** Who answers questions: the operator. */
  replyTo?: string | null;
  letter: Letter;
  attachments?: Attachment[];
}

/** Sends e-mails, each once, and keeps a log of them: who, when, which subject; never the text, which may hold secrets. */
@Injectable()
export class MailingService {
  constructor(
    private readonly mailer: MailerService,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Towards the mail server this is at least once: who dies between sending and writing `sent_at`, or runs twice at the
   * same moment, sends again, with the same Message-ID, by which mail programs know the second as a copy.
   */
  async send({ dedupeKey, kind, to, replyTo, letter, attachments = [] }: Mailing): Promise<void> {
    const [claimed] = await this.database.query<{ id: string }>(
      `INSERT INTO notifications (id, dedupe_key, kind, channel, recipient, subject, created_at)
       VALUES ($1, $2, $3, 'EMAIL', $4, $5, $6)
       ON CONFLICT (dedupe_key) DO UPDATE SET recipient = excluded.recipient WHERE notifications.sent_at IS NULL
       RETURNING id`,
      [newId(), dedupeKey, kind, to.address, letter.subject, this.clock.now()],
    );
    if (!claimed) return;
    await this.mailer.sendMail({
      ...letter,
      to,
      replyTo: replyTo ?? undefined,
      attachments,
      messageId: `<${claimed.id}@${new URL(this.config.publicUrl).hostname}>`,
      date: this.clock.now(),
      // Nobody's holiday notice answers it.
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    await this.database.query(`UPDATE notifications SET sent_at = $2 WHERE id = $1`, [claimed.id, this.clock.now()]);
  }
}
