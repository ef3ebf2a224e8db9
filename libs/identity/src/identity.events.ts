/** Somebody asked for a link to set a new password. The token is made when the message is written, and never stored plain. */
export class PasswordResetRequested {
  static readonly type = 'password-reset.requested';
  constructor(readonly userId: string) {}
}
