import { generateKeyPairSync } from 'node:crypto';
import { newId } from '#kernel';
import type { Config } from '#platform';
import { QrTokens } from './qr-tokens.js';

const keys = (): QrTokens => {
  const TICKET_SIGNING_KEY = generateKeyPairSync('ed25519')
    .privateKey.export({ format: 'der', type: 'pkcs8' })
    .toString('base64');
  return new QrTokens({ TICKET_SIGNING_KEY } as Config);
};
const ticket = { id: newId(), bookableId: newId(), serial: 3, fromPosition: 2, toPosition: 11 };

describe('QR codes', () => {
  const qrTokens = keys();
  const token = qrTokens.of(ticket);

  it('say what was signed, in few letters', () => {
    const { id: ticketId, ...rest } = ticket;
    expect(qrTokens.read(token)).toEqual({ ticketId, ...rest });
    expect(token.length).toBeLessThanOrEqual(150);
  });

  it('are forged when any one bit of them was turned', () => {
    const bytes = Buffer.from(token.slice(4), 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const turned = Buffer.from(bytes);
      turned[index] = turned[index]! ^ (1 << (index % 8));
      expect(qrTokens.read(`HF1.${turned.toString('base64url')}`)).toBe('forged');
    }
  });

  it('are forged when another key signed them', () => {
    expect(keys().read(token)).toBe('forged');
  });

  it.each(['', 'HF1.', 'https://example.com', token.slice(0, -4), `${token}AAAA`, `HF2${token.slice(3)}`])(
    'are foreign: %s',
    (text) => {
      expect(qrTokens.read(text)).toBe('foreign');
    },
  );
});
