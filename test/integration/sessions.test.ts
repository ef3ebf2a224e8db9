import { AccountsService } from '#identity';
import { Client } from '../../apps/cli/src/journey/client.js';
import { type TestApplication, startApplication } from '../support/application.js';

const PASSWORD = 'a long enough password';
const SESSION = '__typename ... on Session { accessToken refreshToken } ... on Refusal { message }';
interface Session {
  __typename: string;
  accessToken: string;
  refreshToken: string;
}

describe('sessions', () => {
  let application: TestApplication;
  beforeAll(async () => {
    application = await startApplication();
  });
  afterAll(async () => {
    await application.close();
  });

  async function register(email: string): Promise<Session> {
    const { register } = await application.client.ask<{ register: Session }>(
      `mutation ($input: RegisterInput!) { register(input: $input) { ${SESSION} } }`,
      {
        input: { email, password: PASSWORD, name: 'Somebody' },
      },
    );
    return register;
  }
  async function logIn(email: string, password: string): Promise<Session> {
    const { logIn } = await application.client.ask<{ logIn: Session }>(
      `mutation ($email: String!, $password: String!) { logIn(input: { email: $email, password: $password }) { ${SESSION} } }`,
      { email, password },
    );
    return logIn;
  }
  async function refresh(refreshToken: string): Promise<Session> {
    const { refreshSession } = await application.client.ask<{ refreshSession: Session }>(
      `mutation ($token: String!) { refreshSession(refreshToken: $token) { ${SESSION} } }`,
      { token: refreshToken },
    );
    return refreshSession;
  }

  it('refuses an address that has an account, whatever its case', async () => {
    await register('twice@holdfast.test');
    expect((await register('  TWICE@holdfast.test ')).__typename).toBe('EmailTaken');
  });

  it('lets fifty rivals register one address once', async () => {
    const rivals = await Promise.all(Array.from({ length: 50 }, () => register('rush@holdfast.test')));
    expect(rivals.filter(({ __typename }) => __typename === 'Session')).toHaveLength(1);
    expect(rivals.filter(({ __typename }) => __typename === 'EmailTaken')).toHaveLength(49);
  });

  it('does not say whether the address or the password is wrong', async () => {
    await register('known@holdfast.test');
    expect(await logIn('known@holdfast.test', 'wrong')).toEqual(await logIn('unknown@holdfast.test', PASSWORD));
    expect((await logIn('known@holdfast.test', PASSWORD)).__typename).toBe('Session');
  });

  it('rotates the refresh token, and ends the family when an old one comes again', async () => {
    const first = await register('rotating@holdfast.test');
    const second = await refresh(first.refreshToken);
    const third = await refresh(second.refreshToken);
    expect(new Set([first.refreshToken, second.refreshToken, third.refreshToken]).size).toBe(3);
    expect((await refresh(first.refreshToken)).__typename).toBe('SessionEnded');
    expect((await refresh(third.refreshToken)).__typename).toBe('SessionEnded');
  });

  it('gives the next token to one of fifty who use the same one', async () => {
    const { refreshToken } = await register('stolen@holdfast.test');
    const rivals = await Promise.all(Array.from({ length: 50 }, () => refresh(refreshToken)));
    expect(rivals.filter(({ __typename }) => __typename === 'Session')).toHaveLength(1);
  });

  it('ends with the log-out', async () => {
    const { refreshToken } = await register('leaving@holdfast.test');
    await application.client.ask(`mutation ($token: String!) { logOut(refreshToken: $token) }`, {
      token: refreshToken,
    });
    expect((await refresh(refreshToken)).__typename).toBe('SessionEnded');
  });

  it('keeps no password and no token in the clear', async () => {
    const { refreshToken } = await register('secret@holdfast.test');
    const rows = JSON.stringify(
      await application.database.query(`SELECT * FROM users u JOIN refresh_tokens r ON r.user_id = u.id`),
    );
    expect(rows).not.toContain(refreshToken);
    expect(rows).not.toContain(PASSWORD);
    expect(rows).toContain('$argon2id$');
  });

  it('sets a new password with a token that works once, and ends the other logins', async () => {
    const { refreshToken } = await register('forgetful@holdfast.test');
    const [user] = await application.database.query<{ id: string }>(
      `SELECT id FROM users WHERE email = 'forgetful@holdfast.test'`,
    );
    const token = await application.get(AccountsService).issueResetToken(user!.id);
    const reset = async (): Promise<Session> =>
      (
        await application.client.ask<{ resetPassword: Session }>(
          `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { ${SESSION} } }`,
          { input: { token, newPassword: 'another long password' } },
        )
      ).resetPassword;
    const resets = await Promise.all([reset(), reset()]);
    expect(resets.map(({ __typename }) => __typename).toSorted()).toEqual(['ResetLinkSpent', 'Session']);
    expect((await refresh(refreshToken)).__typename).toBe('SessionEnded');
    expect((await logIn('forgetful@holdfast.test', PASSWORD)).__typename).toBe('WrongCredentials');
    expect((await logIn('forgetful@holdfast.test', 'another long password')).__typename).toBe('Session');
  });

  it('refuses a wrong token even where none is needed', async () => {
    await expect(new Client(application.url, 'not a token').ask('{ trips { nodes { id } } }')).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});
