import { type Letter, letter } from './letter.js';

/** @param link contains a secret: this letter is never kept or logged */
export function passwordReset(name: string, link: string): Letter {
  return letter({
    subject: 'Set a new password',
    sender: 'Holdfast',
    blocks: [
      `Hello ${name}, somebody asked for a new password for your account. If it was you, set it here within two hours; the link works once.`,
      { link, label: 'Set a new password' },
      'If it was not you, ignore this message: your password stays as it is.',
    ],
  });
}
