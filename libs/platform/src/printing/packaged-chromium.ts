import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How to start a Chromium: the program, and the environment variables that it needs beside the usual ones. */
export interface ChromiumCommand {
  executablePath: string;
  env: Record<string, string>;
}

/**
 * The Chromium inside `@sparticuz/chromium`, unpacked once per version and user to the temporary folder (200 MB, about
 * 2 s, then 10 ms). It runs on a bare Debian: shared libraries that the machine does not have (libnss3, libnspr4,
 * libexpat) are taken from the package, and its Open Sans stands in where there are no fonts.
 *
 * @throws Error on other platforms than Linux on x64: the package has no other build
 */
export async function packagedChromium(): Promise<ChromiumCommand> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `There is no packaged Chromium for ${process.platform} on ${process.arch}: set CHROMIUM_PATH to a Chromium or chrome-headless-shell`,
    );
  }
  // npm scripts, tests and the container all run in the project's folder.
  const entry = createRequire(join(process.cwd(), 'package.json')).resolve('@sparticuz/chromium');
  const { version } = JSON.parse(await readFile(join(dirname(entry), '../../package.json'), 'utf8')) as {
    version: string;
  };
  const folder = join(tmpdir(), `holdfast-chromium-${version}-${process.getuid!()}`);
  if (!(await isOurs(folder))) await unpack(entry, folder);
  const executablePath = join(folder, 'chromium');
  const env: Record<string, string> = { FONTCONFIG_FILE: join(folder, 'fonts.conf') };
  if (await lacksLibraries(executablePath)) env.LD_LIBRARY_PATH = join(folder, 'al2023', 'lib');
  return { executablePath, env };
}

/** Forgets what was unpacked: after a cleaner of temporary files took a part of it, the next start unpacks again. */
export async function discardUnpacked({ executablePath }: ChromiumCommand): Promise<void> {
  await rm(dirname(executablePath), { recursive: true, force: true });
}

/** Anybody may write to the temporary folder, so a program that lies there is only started when it is our own. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) return false;
  if (found.uid === process.getuid!() && (found.mode & 0o022) === 0) return true;
  throw new Error(`${folder} belongs to somebody else: remove it, or set CHROMIUM_PATH`);
}

async function unpack(entry: string, folder: string): Promise<void> {
  const unfinished = await mkdtemp(`${folder}.`);
  try {
    // The package writes to fixed names in the temporary folder, takes a half-written file for a finished one, and
    // unpacks its libraries only on Amazon's machines: so it works in a process of its own that believes so.
    await run(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        'const { default: chromium } = await import(process.argv[1]); await (chromium.default ?? chromium).executablePath();',
        pathToFileURL(entry).href,
      ],
      { env: { TMPDIR: unfinished, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' }, timeout: 120_000 },
    );
    await writeFile(join(unfinished, 'fonts.conf'), fontsConf(folder));
    await rename(unfinished, folder).catch(async (error: unknown) => {
      // Another process was faster; its copy is as good.
      if (!(await isOurs(folder))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function lacksLibraries(executablePath: string): Promise<boolean> {
  const listed = await run('ldd', [executablePath]).catch(() => undefined);
  return listed?.stdout.includes('not found') ?? false;
}

/** Fonts of the machine for letters that Inter does not have, and the package's own as the last resort. */
function fontsConf(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;
}
