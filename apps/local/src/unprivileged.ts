import { spawnSync } from 'node:child_process';
import { lchownSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findSystemCommand } from './commands.js';

/** How a program is run as somebody who is not root. Empty when we are not root ourselves. */
export interface Unprivileged {
  /** Options of `spawn`. */
  uid?: number;
  gid?: number;
  /** What to put in front of the command. */
  prefix: string[];
}

interface Account {
  name: string;
  uid: number;
  gid: number;
}

const ACCOUNTS = ['postgres', 'nobody'];
const CAPABILITIES = ['dac_read_search', 'dac_override'];

/**
 * PostgreSQL refuses to run as root, so root hands it to an account that exists everywhere. That account may be unable
 * to reach the checkout (/root is 0700): then the program gets one capability, to enter and read, through setpriv.
 * Containers lack dac_read_search by default and have dac_override. Without `no_setuid_fixup` access(2), by which
 * initdb looks for its programs, would ignore the capability.
 *
 * @param initdb the program that must be able to find the server beside itself
 * @param folder where the data lies; it and everything in it is given to the account
 * @throws when there is no such way, with what to do about it
 */
export function unprivileged(initdb: string, folder: string): Unprivileged {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const owner = account();
  giveTo(owner, folder);
  const ways = [plain(owner), ...CAPABILITIES.flatMap((capability) => withCapability(owner, capability))];
  const way = ways.find((candidate) => canRun(candidate, initdb, folder));
  if (way) return way;
  throw new Error(
    `PostgreSQL cannot run as root, and the account ${owner.name} cannot enter ${folder}: ` +
      'start as an ordinary user, or move the checkout to where everybody may enter (for example /srv)',
  );
}

function account(): Account {
  for (const name of ACCOUNTS) {
    const [uid, gid] = ['-u', '-g'].map((flag) =>
      spawnSync(findSystemCommand('id') ?? 'id', [flag, name], { encoding: 'utf8' }),
    );
    if (uid?.status === 0 && gid?.status === 0) return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Error(
    `PostgreSQL cannot run as root, and there is no account ${ACCOUNTS.join(' or ')}: start as an ordinary user`,
  );
}

function giveTo(owner: Account, path: string): void {
  const now = statSync(path);
  if (now.uid === owner.uid && now.gid === owner.gid) return;
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' }))
    lchownSync(join(path, name), owner.uid, owner.gid);
  // The folder itself last: its owner tells that all of it was done.
  lchownSync(path, owner.uid, owner.gid);
}

function plain({ uid, gid }: Account): Unprivileged {
  return { uid, gid, prefix: [] };
}

function withCapability({ uid, gid }: Account, capability: string): Unprivileged[] {
  const setpriv = findSystemCommand('setpriv');
  if (!setpriv) return [];
  const only = `-all,+${capability}`;
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--securebits=+no_setuid_fixup'];
  const capabilities = [`--inh-caps=${only}`, `--ambient-caps=${only}`, `--bounding-set=${only}`];
  return [{ prefix: [setpriv, ...identity, ...capabilities] }];
}

/** Tries it: enters the folder and lets initdb find the server beside itself. About 10 ms. */
function canRun(way: Unprivileged, initdb: string, folder: string): boolean {
  const script = 'cd "$1" && exec "$2" --version';
  const [command, ...args] = [...way.prefix, '/bin/sh', '-c', script, 'sh', folder, initdb];
  const { uid, gid } = way;
  return spawnSync(command, args, { cwd: '/', uid, gid, stdio: 'ignore' }).status === 0;
}
