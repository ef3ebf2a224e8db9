import { callbackify } from 'node:util';
import type { SentMessageInfo, Transport } from 'nodemailer';
import type MailMessage from 'nodemailer/lib/mailer/mail-message.js';
import { Clock, newId } from '#kernel';
import type { Config, Storage } from '#platform';

/** Where caught messages lie. */
export const CAUGHT_MAIL = 'mail/';

/** Without a mail server messages are kept, so that whoever tries Holdfast can read them. Production needs a server. */
export function catchesMail(config: Config): boolean {
  return config.SMTP_URL === undefined && !config.isProduction;
}

/** A transport of nodemailer that sends nothing: the message as a mail server would get it becomes a file. */
export function mailCatcher(storage: Storage, clock: Clock): Transport {
  return {
    name: 'catcher',
    version: '1',
    send: callbackify(async ({ message }: MailMessage): Promise<SentMessageInfo> => {
      // The time first: files sort by it. `2026-12-01T09-15-00-000Z-3f9a…`
      const id = `${clock.now().toISOString().replace(/[:.]/g, '-')}-${newId().slice(-12)}`;
      await storage.put(`${CAUGHT_MAIL}${id}.eml`, { body: await message.build(), contentType: 'message/rfc822' });
      return { messageId: message.messageId(), envelope: message.getEnvelope() };
    }),
  };
}
