import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findCommand } from '../../../apps/local/src/commands.js';

const DEBIAN = '/usr/lib/postgresql';

/**
 * Installs Debian's pgbench, which comes with its PostgreSQL server: the server is not started and gets no cluster,
 * because the package that would make one is told not to before the server is unpacked.
 */
const SCRIPT = `
export DEBIAN_FRONTEND=noninteractive PATH="$PATH:/usr/sbin:/usr/bin:/sbin:/bin"
policy=/usr/sbin/policy-rc.d
conf=/etc/postgresql-common/createcluster.conf
made=
kept=
undo() { [ -z "$made" ] || rm -f $policy; [ -z "$kept" ] || mv "$kept" $conf; }
trap undo EXIT
trap 'exit 130' HUP INT TERM
if [ ! -e $policy ]; then
  made=1
  printf '%s\\n' '#!/bin/sh' 'case " $* " in *" postgresql"*) exit 101;; esac; exit 0' >$policy
  chmod 755 $policy
fi
install() { apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@"; }
install postgresql-common || { apt-get -o Acquire::Retries=2 update && install postgresql-common; } || exit 1
cp $conf $conf.holdfast && kept=$conf.holdfast
printf '%s\\n' 'create_main_cluster = false' >>$conf
install postgresql-contrib
`;

const INSTALL_IT = 'pgbench is missing: install it (Debian: apt-get install postgresql-contrib)';

/** On the PATH, or where Debian puts it. */
function found(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : [];
  const own = versions.map((version) => join(DEBIAN, version, 'bin', 'pgbench')).find((file) => existsSync(file));
  // Debian's own on the PATH is a wrapper in Perl that looks for the real one.
  return own ?? findCommand('pgbench');
}

/** @returns where pgbench is, or a line that says why there is none and what to do */
export function findPgbench(): { command: string } | { missing: string } {
  const command = found();
  if (command) return { command };
  if (!findCommand('apt-get')) return { missing: INSTALL_IT };
  const asRoot = process.getuid?.() === 0 ? [] : withoutPassword();
  if (!asRoot) return { missing: `${INSTALL_IT}; without root rights it cannot be installed from here` };
  console.log('  installing pgbench (postgresql-contrib) with apt-get');
  const [program, ...args] = [...asRoot, '/bin/sh', '-c', SCRIPT];
  const { status, stderr } = spawnSync(program!, args, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  const installed = found();
  if (status === 0 && installed) return { command: installed };
  return { missing: `${INSTALL_IT}; apt-get could not: ${stderr.trim().split('\n').at(-1)}` };
}

function withoutPassword(): string[] | undefined {
  const sudo = findCommand('sudo');
  return sudo && spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? [sudo, '-n'] : undefined;
}
