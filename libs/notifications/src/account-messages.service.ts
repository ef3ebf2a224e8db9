import { Injectable } from '@nestjs/common';
import { Config } from '#platform';
import { AccountsService } from '#identity';
import { MailingService } from './mailing.service.js';
import { passwordReset } from './messages/password-reset.js';

/** Messages about the account itself. */
@Injectable()
export class AccountMessagesService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly mailing: MailingService,
    private readonly config: Config,
  ) {}

  /** @param requestId each request is answered once, with a token of its own */
  async resetPassword(userId: string, requestId: string): Promise<void> {
    const account = await this.accounts.find(userId);
    if (!account) return;
    const token = await this.accounts.issueResetToken(userId);
    await this.mailing.send({
      dedupeKey: `password-reset:${requestId}`,
      kind: 'password-reset',
      to: { name: account.name, address: account.email },
      letter: passwordReset(account.name, `${this.config.publicUrl}/reset-password?token=${token}`),
    });
  }
}
