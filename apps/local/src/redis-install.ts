import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { findCommand } from './commands.js';
import { lastWords } from './log-file.js';

/**
 * Installs Debian's redis-server without its system service: invoke-rc.d and deb-systemd-invoke ask policy-rc.d, which
 * a machine normally does not have. Ours speaks of redis only, so it does no harm if a power cut leaves it behind.
 */
const SCRIPT = `
export DEBIAN_FRONTEND=noninteractive PATH="$PATH:/usr/sbin:/usr/bin:/sbin:/bin"
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  trap 'exit 130' HUP INT TERM
  printf '%s\\n' '#!/bin/sh' 'case " $* " in *" redis-server"*) exit 101;; esac; exit 0' >$policy
  chmod 755 $policy
fi
install() { apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends redis-server; }
install || { apt-get -o Acquire::Retries=2 update && install; } || exit 1
[ ! -d /run/systemd/system ] || systemctl disable --now redis-server
`;

const INSTALL_IT = 'install redis-server or valkey-server (Debian: apt-get install redis-server), or set REDIS_URL';

/** @throws an Error that says in one line what to do when it may not or cannot */
export async function installRedis(logFile: string, log: (words: string) => void, signal?: AbortSignal): Promise<void> {
  if (!findCommand('apt-get')) throw new Error(`Redis is missing: ${INSTALL_IT}`);
  const asRoot = process.getuid?.() === 0 ? [] : withoutPassword();
  if (!asRoot)
    throw new Error(`Redis is missing, and without root rights it cannot be installed from here: ${INSTALL_IT}`);

  log('Redis: installing redis-server with apt-get');
  const code = await run([...asRoot, '/bin/sh', '-c', SCRIPT], logFile, signal);
  signal?.throwIfAborted();
  if (code !== 0)
    throw new Error(
      `Redis is missing, and apt-get could not install it: ${INSTALL_IT}. It said: ${lastWords(logFile)}`,
    );
}

/**
 * In our own session, unlike the servers: apt-get hears Ctrl-C by itself and ends where nothing is left half done.
 * After a signal that only we got, it is waited for.
 */
async function run([command = '', ...args]: string[], logFile: string, signal?: AbortSignal): Promise<number | null> {
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(command, args, { stdio: ['ignore', log, log] });
  closeSync(log);
  const interrupt = () => void child.kill('SIGINT');
  signal?.addEventListener('abort', interrupt);
  try {
    return await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
}

function withoutPassword(): string[] | undefined {
  const sudo = findCommand('sudo');
  return sudo && spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? [sudo, '-n'] : undefined;
}
