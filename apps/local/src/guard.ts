import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { STOP_STEPS, stopLeftOver } from './left-over.js';
import { writeProcessRecord } from './process-record.js';

export interface Program {
  /** For messages: `PostgreSQL`. */
  name: string;
  command: string[];
  cwd: string;
  uid?: number;
  gid?: number;
  /** stdout and stderr; the file of the run before is kept as `<logFile>.1`. */
  logFile: string;
  /** Who runs, so that a later start finds a process that outlived its launcher. */
  recordFile: string;
}

export interface GuardedProcess {
  readonly pid: number;
  /** Resolves with `exit code 1` or `signal SIGKILL` when the process is gone. Never rejects. */
  readonly exited: Promise<string>;
  /** From now on it does not keep our process from ending; the guard then ends it. */
  unref(): void;
  /** Ends it in order (SIGINT: PostgreSQL's fast shutdown, Redis' normal one), by force when it does not listen. */
  stop(): Promise<void>;
}

export interface Guard {
  start(program: Program): Promise<GuardedProcess>;
  /** Removes the folder when all is over, however it ends. */
  removeAtEnd(folder: string): void;
  /** Stops what was started, the last first, then ends the guard. Nothing can be started any more. */
  close(): Promise<void>;
}

/**
 * Reads what to watch from a pipe whose other end is held by our process only. The pipe closes when that process ends
 * in any way at all, kill -9 included; then everything that is still watched is stopped. A zombie is not waited for:
 * in a container nobody may be there to reap it. Programs get SIGINT and 10 s, SIGQUIT and 3 s, SIGKILL.
 */
const GUARD_SCRIPT = `
PATH=$PATH:/usr/bin:/bin; pids=; folder=
while read -r verb value; do
  case $verb in
    watch) pids="$pids $value" ;;
    forget) rest=; for pid in $pids; do [ "$pid" = "$value" ] || rest="$rest $pid"; done; pids=$rest ;;
    remove) folder=$value ;;
  esac
done
alive() {
  for pid in $pids; do
    kill -0 "$pid" 2>/dev/null || continue
    case $(cat "/proc/$pid/stat" 2>/dev/null) in *') Z '*) ;; *) return 0 ;; esac
  done
  return 1
}
end() {
  alive || return 0
  for pid in $pids; do kill "-$1" "$pid" 2>/dev/null; done
  tenths=$2; while [ "$tenths" -gt 0 ] && alive; do sleep 0.1; tenths=$((tenths - 1)); done
}
end INT 100; end QUIT 30; end KILL 10
[ -z "$folder" ] || rm -rf -- "$folder"
`;

/** Waits for the word before it becomes the program, so that nothing ever runs that the guard does not know of. */
const HOLD_SCRIPT = 'read -r go && exec "$@" </dev/null';

/**
 * One guard for everything that this process starts. Programs run in sessions of their own: Ctrl-C in the terminal
 * reaches only our process, which then stops them in order.
 */
export function startGuard(): Guard {
  const sh = spawn('/bin/sh', ['-c', GUARD_SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  const guardGone = new Promise<void>((resolve) => sh.once('close', () => resolve()).once('error', () => resolve()));
  // A guard that somebody killed must not take us with it.
  sh.stdin.on('error', () => undefined);
  sh.unref();
  (sh.stdin as Socket).unref();

  const tell = (line: string) => new Promise<void>((resolve) => sh.stdin.write(`${line}\n`, () => resolve()));
  const running: GuardedProcess[] = [];
  let closing: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    for (const program of running.toReversed()) await program.stop();
    sh.ref();
    sh.stdin.end();
    await guardGone;
  }

  return {
    async start(program) {
      await stopLeftOver(program.name, program.recordFile);
      if (closing) throw new Error(`${program.name} is not started: stopping`);
      const child = spawnHeld(program);
      const started = guarded(child, program.recordFile, tell);
      running.push(started);
      await tell(`watch ${started.pid}`);
      writeProcessRecord(program.recordFile, started.pid);
      child.stdin?.end('go\n');
      return started;
    },
    removeAtEnd(folder) {
      void tell(`remove ${folder}`);
    },
    close() {
      return (closing ??= stopAll());
    },
  };
}

function spawnHeld(program: Program): ChildProcess {
  if (existsSync(program.logFile)) renameSync(program.logFile, `${program.logFile}.1`);
  const log = openSync(program.logFile, 'w', 0o600);
  try {
    return spawn('/bin/sh', ['-c', HOLD_SCRIPT, 'sh', ...program.command], {
      detached: true,
      stdio: ['pipe', log, log],
      cwd: program.cwd,
      uid: program.uid,
      gid: program.gid,
      // Neither our secrets nor PG* variables of the person's shell.
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: program.cwd },
    });
  } finally {
    closeSync(log);
  }
}

function guarded(child: ChildProcess, recordFile: string, tell: (line: string) => Promise<void>): GuardedProcess {
  child.on('error', () => undefined);
  if (child.pid === undefined) throw new Error('/bin/sh cannot be started');
  const pid = child.pid;
  child.stdin?.on('error', () => undefined);
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      void tell(`forget ${pid}`);
      rmSync(recordFile, { force: true });
      resolve(signal ? `signal ${signal}` : `exit code ${code}`);
    });
  });
  return {
    pid,
    exited,
    unref: () => child.unref(),
    async stop() {
      for (const [signal, seconds] of STOP_STEPS) {
        child.kill(signal);
        const waiting = new AbortController();
        await Promise.race([
          exited,
          delay(seconds * 1000, undefined, { signal: waiting.signal }).catch(() => undefined),
        ]);
        waiting.abort();
        if (child.exitCode !== null || child.signalCode !== null) return;
      }
    },
  };
}
