import { tmpdir } from 'node:os';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger as Pino } from 'pino';
import type { Browser as Chromium, HTTPRequest, LaunchOptions, Page } from 'puppeteer-core';
import { type Html, html } from '#kernel';
import { Config } from '../config/config.js';
import { LOG } from '../logging/logging.module.js';
import { type ChromiumCommand, discardUnpacked, packagedChromium } from './packaged-chromium.js';

/** A browser leaks a little with every print; a new one takes 0.1 s. */
const PRINTS_PER_BROWSER = 500;
/** Without scripts nothing makes the page collect its garbage: 500 MiB after 900 tickets instead of 70, for 10 % more speed. */
const MARKUP_PER_COLLECTION = 1_000_000;
/** At rest a worker does not keep the browser's 150 MiB. */
const IDLE_MS = 3 * 60_000;
const PRINT_TIMEOUT_MS = 30_000;

interface Running {
  chromium: Chromium;
  /** A page for each head: fonts and styles are parsed once, not with every print (35 ms). */
  pages: Map<string, Page>;
  prints: number;
  /** Characters printed since garbage was collected. */
  markup: number;
}

/**
 * Prints HTML to PDF with a Chromium: launched at the first print, kept, launched again when it broke, ended after
 * minutes without work. The page has no scripts and no network; what it shows must be inside it.
 */
@Injectable()
export class Browser implements OnModuleDestroy {
  private running: Running | undefined;
  /** The prints, and the closing: one after another. */
  private queue: Promise<unknown> = Promise.resolve();
  private idle: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly config: Config,
    @Inject(LOG) private readonly log: Pino,
  ) {}

  /**
   * One print at a time; others wait. The page size is what `@page` in the head says.
   * @param head styles; they stay loaded for the next print with the same head: there may be only a few
   * @returns the PDF
   */
  async print(head: Html, body: Html): Promise<Uint8Array> {
    return await this.next(() => this.printNow(head.markup, body.markup));
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.idle);
    await this.next(() => this.close());
  }

  /** The process id of the browser, while there is one. */
  get pid(): number | undefined {
    return this.running?.chromium.process()?.pid;
  }

  private async next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work);
    this.queue = done.catch(() => undefined);
    return await done;
  }

  private async printNow(head: string, body: string): Promise<Uint8Array> {
    if (this.stopped) throw new Error('This process is ending: what it should print is printed by another, or later');
    clearTimeout(this.idle);
    try {
      if (!this.running?.chromium.connected) this.running = await this.launch();
      const { running } = this;
      const page = running.pages.get(head) ?? (await load(running, head));
      // A string, not a function: compilers add helpers to functions, and the page does not know them.
      await page.evaluate(`document.body.innerHTML = ${JSON.stringify(body)}`);
      const pdf = await page.pdf({
        preferCSSPageSize: true,
        printBackground: true,
        tagged: false,
        timeout: PRINT_TIMEOUT_MS,
      });
      running.prints += 1;
      running.markup += body.length;
      // Afterwards: who waits for the print need not wait for it.
      void this.next(() => this.tidy(running)).catch((error: unknown) => this.log.warn({ err: error }, 'browser'));
      return pdf;
    } catch (error) {
      // Whatever state the page is in: the next print begins with a new browser.
      await this.close();
      throw error;
    } finally {
      this.idle = setTimeout(() => void this.next(() => this.close()), IDLE_MS).unref();
    }
  }

  private async tidy(running: Running): Promise<void> {
    if (running !== this.running) return;
    if (running.prints >= PRINTS_PER_BROWSER) await this.close();
    else if (running.markup >= MARKUP_PER_COLLECTION) {
      running.markup = 0;
      for (const page of running.pages.values()) {
        await page.evaluate(`document.body.replaceChildren()`);
        const session = await page.createCDPSession();
        await session.send('HeapProfiler.collectGarbage');
        await session.detach();
      }
    }
  }

  private async launch(): Promise<Running> {
    // 28 MiB that only a worker with something to print pays for.
    const { default: puppeteer } = await import('puppeteer-core');
    const command: ChromiumCommand = this.config.CHROMIUM_PATH
      ? { executablePath: this.config.CHROMIUM_PATH, env: {} }
      : await packagedChromium();
    const asRoot = process.getuid?.() === 0;
    try {
      const chromium = await puppeteer.launch(launchOptions(command, !asRoot)).catch(async (error: unknown) => {
        if (asRoot) throw error;
        // Containers forbid the name spaces that the sandbox is made of. The page has neither scripts nor network.
        this.log.warn(
          { reason: (error as Error).message },
          'the browser does not start with its sandbox; it is tried without',
        );
        return await puppeteer.launch(launchOptions(command, false));
      });
      return { chromium, pages: new Map(), prints: 0, markup: 0 };
    } catch (error) {
      if (!this.config.CHROMIUM_PATH) await discardUnpacked(command);
      throw error;
    }
  }

  private async close(): Promise<void> {
    const chromium = this.running?.chromium;
    this.running = undefined;
    if (!chromium) return;
    // A browser that does not answer within 5 s is killed.
    let slow: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => (slow = setTimeout(resolve, 5_000)));
    await Promise.race([chromium.close().catch(() => undefined), patience]);
    clearTimeout(slow);
    chromium.process()?.kill('SIGKILL');
  }
}

function launchOptions({ executablePath, env }: ChromiumCommand, sandbox: boolean): LaunchOptions {
  return {
    executablePath,
    headless: 'shell',
    // Not a port that others on the machine could reach.
    pipe: true,
    // Our own variables hold secrets: the browser gets none of them.
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: tmpdir(), TMPDIR: tmpdir(), LANG: 'C.UTF-8', ...env },
    // Who stops this process also stops the browser, by `onModuleDestroy`, after the print that runs.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    protocolTimeout: PRINT_TIMEOUT_MS + 5_000,
    args: [
      '--disable-gpu',
      // Containers have 64 MiB of /dev/shm.
      '--disable-dev-shm-usage',
      '--font-render-hinting=none',
      '--host-resolver-rules=MAP * ~NOTFOUND',
      ...(sandbox ? [] : ['--no-sandbox']),
    ],
  };
}

/** The first one is there since the start. */
async function safePage({ chromium, pages }: Running): Promise<Page> {
  const [blank] = pages.size === 0 ? await chromium.pages() : [];
  const page = blank ?? (await chromium.newPage());
  await page.setJavaScriptEnabled(false);
  await page.setRequestInterception(true);
  page.on('request', (request: HTTPRequest) => {
    const allowed = /^(data|about):/.test(request.url());
    void (allowed ? request.continue() : request.abort('blockedbyclient')).catch(() => undefined);
  });
  return page;
}

async function load(running: Running, head: string): Promise<Page> {
  const page = await safePage(running);
  const shell = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        ${{ markup: head }}
      </head>
      <body></body>
    </html>`;
  await page.setContent(shell.markup, { waitUntil: 'domcontentloaded', timeout: PRINT_TIMEOUT_MS });
  running.pages.set(head, page);
  return page;
}
