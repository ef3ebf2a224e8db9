import { Injectable } from '@nestjs/common';
import { Clock, hashToken, newId, newToken } from '#kernel';
import { Database, DomainEvents, badInput, sqlState } from '#platform';
import { PasswordResetRequested } from './identity.events.js';
import type { LogInInput, RegisterInput, ResetPasswordInput } from './identity.inputs.js';
import { EmailTaken, ResetLinkSpent, WrongCredentials } from './identity.refusals.js';
import { Membership, type MemberRole } from './membership.entity.js';
import { hashPassword, passwordMatches } from './passwords.js';
import { SessionsService } from './sessions.service.js';
import type { Session } from './session.type.js';
import { User } from './user.entity.js';

const RESET_HOURS = 2;

/** Accounts: registering, logging in, and a new password when the old one is forgotten. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly sessions: SessionsService,
    private readonly events: DomainEvents,
  ) {}

  /** @throws EmailTaken */
  async register(input: RegisterInput): Promise<Session> {
    return await this.sessions.begin(await this.create(input));
  }

  /** @throws EmailTaken */
  async create(input: RegisterInput & { isAdmin?: boolean }): Promise<User> {
    const { password, ...given } = input;
    const user = {
      id: newId(),
      phone: null,
      isAdmin: false,
      ...given,
      passwordHash: await hashPassword(password),
      createdAt: this.clock.now(),
    };
    try {
      await this.database.repository(User).insert(user);
    } catch (error) {
      if (sqlState(error) === '23505') throw new EmailTaken();
      throw error;
    }
    return Object.assign(new User(), user);
  }

  /** @throws BAD_USER_INPUT when no account has the address */
  async addMemberByEmail(email: string, organizationId: string, role: MemberRole): Promise<Membership> {
    const user = await this.database.repository(User).findOneBy({ email: email.trim().toLowerCase() });
    if (!user) throw badInput('No account has this e-mail address. The person registers first.', 'email');
    await this.addMember(user.id, organizationId, role);
    return await this.database.repository(Membership).findOneByOrFail({ userId: user.id, organizationId });
  }

  async addMember(userId: string, organizationId: string, role: MemberRole): Promise<void> {
    await this.database.repository(Membership).upsert({ userId, organizationId, role }, ['userId', 'organizationId']);
  }

  /** @throws WrongCredentials */
  async logIn({ email, password }: LogInInput): Promise<Session> {
    const user = await this.database.repository(User).findOneBy({ email });
    if (!(await passwordMatches(password, user?.passwordHash))) throw new WrongCredentials();
    return await this.sessions.begin(user!);
  }

  async find(userId: string): Promise<User | null> {
    return await this.database.repository(User).findOneBy({ id: userId });
  }

  async findByEmail(email: string): Promise<User | null> {
    return await this.database.repository(User).findOneBy({ email: email.trim().toLowerCase() });
  }

  async memberships(userId: string): Promise<Membership[]> {
    return await this.database.repository(Membership).findBy({ userId });
  }

  /** Says nothing about whether the address has an account. */
  async requestPasswordReset(email: string): Promise<void> {
    const user = await this.database.repository(User).findOneBy({ email: email.trim().toLowerCase() });
    if (user) await this.database.transaction(() => this.events.publish(new PasswordResetRequested(user.id)));
  }

  /** Makes the token for the link in the message. Only its hash stays here. */
  async issueResetToken(userId: string): Promise<string> {
    const token = newToken();
    const now = this.clock.now();
    await this.database.query(
      `INSERT INTO password_resets (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)`,
      [hashToken(token), userId, now, new Date(now.getTime() + RESET_HOURS * 3_600_000)],
    );
    return token;
  }

  /** @throws ResetLinkSpent */
  async resetPassword({ token, newPassword }: ResetPasswordInput): Promise<Session> {
    const passwordHash = await hashPassword(newPassword);
    const user = await this.database.transaction(async () => {
      const [reset] = await this.database.query<{ user_id: string }>(
        `UPDATE password_resets SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING user_id`,
        [hashToken(token), this.clock.now()],
      );
      if (!reset) throw new ResetLinkSpent();
      await this.database.repository(User).update(reset.user_id, { passwordHash });
      await this.sessions.endAll(reset.user_id);
      return await this.database.repository(User).findOneByOrFail({ id: reset.user_id });
    });
    return await this.sessions.begin(user);
  }
}
