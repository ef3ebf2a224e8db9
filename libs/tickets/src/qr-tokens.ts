import { type KeyObject, createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '#platform';
import type { Ticket } from './ticket.entity.js';

/** What a QR code says. */
export interface QrClaim {
  ticketId: string;
  bookableId: string;
  serial: number;
  fromPosition: number;
  toPosition: number;
}

/** Says what the code is and its version, so that a gate can tell a foreign code from a forged one. */
const PREFIX = 'HF1.';
const CLAIM_BYTES = 44;
const SIGNATURE_BYTES = 64;

/**
 * Signed QR codes (Ed25519). A gate that has the public key can check them without a network.
 *
 * The text is `HF1.` and base64url of: key id (4 bytes), ticket id (16), bookable id (16), serial (4), from position
 * (2), to position (2), all big endian, then the signature over these 44 bytes (64).
 */
@Injectable()
export class QrTokens {
  private readonly privateKey: KeyObject;
  private readonly publicKey: KeyObject;
  /** The first four bytes of the SHA-256 of the public key, so that keys can be changed. */
  private readonly keyId: Buffer;

  constructor(config: Config) {
    this.privateKey = createPrivateKey({
      key: Buffer.from(config.TICKET_SIGNING_KEY, 'base64'),
      format: 'der',
      type: 'pkcs8',
    });
    this.publicKey = createPublicKey(this.privateKey);
    this.keyId = createHash('sha256')
      .update(this.publicKey.export({ format: 'der', type: 'spki' }))
      .digest()
      .subarray(0, 4);
  }

  of(ticket: Pick<Ticket, 'id' | 'bookableId' | 'serial' | 'fromPosition' | 'toPosition'>): string {
    const claim = Buffer.alloc(CLAIM_BYTES);
    this.keyId.copy(claim, 0);
    uuidBytes(ticket.id).copy(claim, 4);
    uuidBytes(ticket.bookableId).copy(claim, 20);
    claim.writeUInt32BE(ticket.serial, 36);
    claim.writeUInt16BE(ticket.fromPosition, 40);
    claim.writeUInt16BE(ticket.toPosition, 42);
    return PREFIX + Buffer.concat([claim, sign(null, claim, this.privateKey)]).toString('base64url');
  }

  /** `foreign`: not one of our codes at all. `forged`: looks like one, but the signature is wrong. */
  read(token: string): QrClaim | 'foreign' | 'forged' {
    const bytes = token.startsWith(PREFIX) ? Buffer.from(token.slice(PREFIX.length), 'base64url') : Buffer.alloc(0);
    if (bytes.length !== CLAIM_BYTES + SIGNATURE_BYTES) return 'foreign';
    const claim = bytes.subarray(0, CLAIM_BYTES);
    const genuine =
      claim.subarray(0, 4).equals(this.keyId) && verify(null, claim, this.publicKey, bytes.subarray(CLAIM_BYTES));
    if (!genuine) return 'forged';
    return {
      ticketId: uuidText(claim.subarray(4, 20)),
      bookableId: uuidText(claim.subarray(20, 36)),
      serial: claim.readUInt32BE(36),
      fromPosition: claim.readUInt16BE(40),
      toPosition: claim.readUInt16BE(42),
    };
  }
}

function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function uuidText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
