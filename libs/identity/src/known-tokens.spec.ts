import { JwtService } from '@nestjs/jwt';
import { Clock } from '#kernel';
import { KnownTokens } from './known-tokens.js';

class GivenClock extends Clock {
  at = Date.UTC(2026, 10, 21);

  now(): Date {
    return new Date(this.at);
  }
}

describe('tokens that were verified', () => {
  const clock = new GivenClock();
  const jwt = new JwtService({ secret: 'a secret of this test, forty characters .' });
  const principal = { userId: 'somebody', isAdmin: false, memberships: [] };
  const header = (seconds?: number): string =>
    `Bearer ${jwt.sign({ sub: 'somebody', ...(seconds && { exp: clock.at / 1000 + seconds }) })}`;
  const known = new KnownTokens(clock, jwt);

  it.each([
    ['its end', 20, 20],
    ['a minute', 600, 60],
  ])('are known until %s', (_, goodFor, knownFor) => {
    const authorization = header(goodFor);
    expect(known.principalOf(authorization)).toBeUndefined();
    known.remember(authorization, principal);
    expect(known.principalOf(authorization)).toBe(principal);
    clock.at += knownFor * 1000 - 1;
    expect(known.principalOf(authorization)).toBe(principal);
    clock.at += 1;
    expect(known.principalOf(authorization)).toBeUndefined();
  });

  it.each([
    ['that never ends', () => header()],
    ['with another behind it, whose end would be taken for its own', () => `${header(5)} ${header(600).slice(7)}`],
    ['that is very long', () => `Bearer ${jwt.sign({ exp: clock.at / 1000 + 600, pad: 'x'.repeat(5_000) })}`],
    ['that is no token', () => 'Bearer x'],
  ])('but not one %s', (_, make) => {
    known.remember(make(), principal);
    expect(known.principalOf(make())).toBeUndefined();
  });

  it('and the oldest are forgotten when there are too many', () => {
    const headers = Array.from({ length: 5_001 }, (_, index) => header(600 + index));
    headers.forEach((each) => known.remember(each, principal));
    expect(known.principalOf(headers[0]!)).toBeUndefined();
    expect(known.principalOf(headers.at(-2_000)!)).toBe(principal);
    expect(known.principalOf(headers.at(-1)!)).toBe(principal);
  });
});
