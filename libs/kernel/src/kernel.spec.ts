import { hashToken, newId, newNumber, newToken } from './ids.js';
import { html, raw } from './html.js';
import { localDateTime } from './local-time.js';
import { formatMoney } from './money.js';

describe('ids', () => {
  it('are UUIDs of version 7 that sort in the order they were made', () => {
    const ids = Array.from({ length: 20_000 }, newId);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('tokens are long and unlike their hash', () => {
    const token = newToken();
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(hashToken(token)).not.toContain(token);
    expect(hashToken(token)).toBe(hashToken(token));
  });

  it('numbers have no letters that are confused on the telephone', () => {
    for (let times = 0; times < 200; times += 1) expect(newNumber()).toMatch(/^HF-[0-9A-HJKMNP-TV-Z]{8}$/);
  });
});

describe('html', () => {
  it('escapes values, lets markup through, and drops what is not there', () => {
    expect(html`<p title="${'"'}">${'<b>&'}${raw('<i>')}${undefined}${false}${[html`<hr>`, "'"]}</p>`.markup).toBe(
      '<p title="&quot;">&lt;b&gt;&amp;<i><hr>&#39;</p>',
    );
  });
});

describe('what people read', () => {
  it('is money with the decimals of its currency', () => {
    expect(formatMoney({ amountMinor: 1250, currency: 'GBP' })).toBe('£12.50');
    expect(formatMoney({ amountMinor: 1250, currency: 'JPY' })).toBe('JP¥1,250');
  });

  it('is local time, on both sides of a change of the clocks', () => {
    expect(localDateTime(new Date('2027-03-28T00:30:00Z'), 'Europe/London')).toBe('Sun 28 Mar 2027, 00:30');
    expect(localDateTime(new Date('2027-03-28T01:30:00Z'), 'Europe/London')).toBe('Sun 28 Mar 2027, 02:30');
  });
});
