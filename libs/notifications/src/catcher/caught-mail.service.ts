import { Injectable } from '@nestjs/common';
import PostalMime, { type Email } from 'postal-mime';
import { Storage } from '#platform';
import { CAUGHT_MAIL } from './mail-catcher.js';

/** A line of the list. */
export interface CaughtMail {
  id: string;
  to: string[];
  subject: string;
  sentAt: string;
}

const MOST_LISTED = 200;

/** Reads what the mail catcher kept. */
@Injectable()
export class CaughtMailService {
  /** Headers of messages, which never change. */
  private readonly known = new Map<string, CaughtMail>();

  constructor(private readonly storage: Storage) {}

  /** Newest first. @param to only those to this address */
  async list(to?: string): Promise<CaughtMail[]> {
    const keys = (await this.storage.list(CAUGHT_MAIL)).filter((key) => key.endsWith('.eml')).toReversed();
    const found: CaughtMail[] = [];
    for (const key of keys) {
      const mail = await this.header(key.slice(CAUGHT_MAIL.length, -'.eml'.length));
      if (mail && (!to || mail.to.includes(to.toLowerCase()))) found.push(mail);
      if (found.length === MOST_LISTED) break;
    }
    return found;
  }

  /** The message as it would have gone to the mail server; `undefined` when there is none. */
  async raw(id: string): Promise<Buffer | undefined> {
    if (!/^[\w-]{1,80}$/.test(id)) return undefined;
    return (await this.storage.get(`${CAUGHT_MAIL}${id}.eml`))?.body;
  }

  async read(id: string): Promise<Email | undefined> {
    const raw = await this.raw(id);
    return raw && (await PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer' }));
  }

  private async header(id: string): Promise<CaughtMail | undefined> {
    const known = this.known.get(id);
    if (known) return known;
    const raw = await this.raw(id);
    if (!raw) return undefined;
    // Only as far as the first empty line: attachments are not looked at for a list.
    const { to = [], subject = '', date = '' } = await PostalMime.parse(raw.subarray(0, raw.indexOf('\r\n\r\n') + 2));
    const mail = {
      id,
      to: to.map(({ address = '' }) => address.toLowerCase()),
      subject,
      sentAt: new Date(date).toISOString(),
    };
    this.known.set(id, mail);
    return mail;
  }
}
