import { Injectable } from '@nestjs/common';

type Adopt = (userId: string, sessionTokens: string[]) => Promise<unknown>;

/** What a visitor has made before logging in becomes the account's: libraries above say here how. */
@Injectable()
export class LogIns {
  private readonly adopters: Adopt[] = [];

  onLogIn(adopt: Adopt): void {
    this.adopters.push(adopt);
  }

  async happened(userId: string, sessionTokens: string[] = []): Promise<void> {
    if (sessionTokens.length === 0) return;
    for (const adopt of this.adopters) await adopt(userId, sessionTokens);
  }
}
