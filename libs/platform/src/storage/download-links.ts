import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { Config } from '../config/config.js';

/** How long a download link works. */
const LINK_MINUTES = 10;

/** Links to stored files that work for some minutes, for whoever was given one. The link itself is the permission. */
@Injectable()
export class DownloadLinks {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** @param name the file name that the browser offers, for example `ticket-HF-7Q2M.pdf` */
  create(key: string, name: string): { url: string; expiresAt: Date } {
    const expiresAt = new Date(this.clock.now().getTime() + LINK_MINUTES * 60_000);
    const claim = Buffer.from(JSON.stringify([key, name, expiresAt.getTime()])).toString('base64url');
    return { url: `${this.config.publicUrl}/files/${claim}.${this.sign(claim)}`, expiresAt };
  }

  /** What a link stands for; `undefined` when it was forged or has expired. */
  open(token: string): { key: string; name: string } | undefined {
    const [claim = '', signature = ''] = token.split('.');
    const expected = Buffer.from(this.sign(claim));
    const given = Buffer.from(signature);
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
    const [key, name, until] = JSON.parse(Buffer.from(claim, 'base64url').toString()) as [string, string, number];
    return until > this.clock.now().getTime() ? { key, name } : undefined;
  }

  private sign(claim: string): string {
    return createHmac('sha256', this.config.LINK_SECRET).update(claim).digest('base64url');
  }
}
