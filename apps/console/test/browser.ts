/**
 * The console in Debian's Chromium. What a page says on its console, what the server's security
 * policy refuses it and what it throws is a failure of the test, whatever else it shows.
 */
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type Page } from 'playwright-core';
import { waitFor } from '@viaduct/testkit';
import { expect } from 'vitest';
import { buildConsole, isConsoleBuilt } from '../../../tools/console-build.ts';
import { CHROMIUM } from '../../../tools/peers/debian-packages.ts';
import { recordStarted } from '../../../tools/peers/started.ts';

/** Screenshots of the latest run; not kept in the repository. */
const SCREENSHOTS = join(import.meta.dirname, '../../../.cache/screenshots');

const IMAGES = join(import.meta.dirname, '../../../docs/images');

/** The pictures of the README, by their screenshots: made anew where `UPDATE_IMAGES=1` asks. */
const README_IMAGES: ReadonlyMap<string, string> = new Map([
  ['map-laptop-light.png', 'console-map.png'],
  ['event-path-laptop-light.png', 'console-event.png'],
  ['playground-laptop-light.png', 'console-playground.png'],
]);

/** What the console is built into. */
export const CONSOLE_FILES: string = join(import.meta.dirname, '../../broker/console/assets');

/** How long a page may take to show something on a slow machine, milliseconds. */
export const PATIENCE_MS = 30_000;

/** Sizes of a window. */
export const WINDOWS = {
  laptop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

/** How a page is opened. */
export interface PageOptions {
  readonly window?: keyof typeof WINDOWS;
  readonly scheme?: 'light' | 'dark';
  /** A pattern of the addresses of files that are not to be had. */
  readonly without?: string;
}

/** A page, and what went wrong on it so far. */
export interface ConsolePage {
  readonly page: Page;
  /** Errors and warnings of the page, refusals of its security policy, uncaught errors. */
  readonly complaints: string[];
  /** Goes to a place of the console: `/map`. */
  go(place: string): Promise<void>;
  /** Resolves when the page has all it ever asks of the broker but data. */
  untilProvided(): Promise<void>;
  /** Keeps a picture of what is seen. */
  picture(name: string): Promise<void>;
  /** Fails where axe finds something serious or critical. */
  expectAccessible(): Promise<void>;
  /** Fails where the page is wider than its window. */
  expectFitting(): Promise<void>;
}

/** A running Chromium. */
export interface ConsoleBrowser {
  /** A new page at a console's address, with nothing remembered of others. */
  open(url: string, options?: PageOptions): Promise<ConsolePage>;
  /** Closes every page; fails where one had a complaint that the test did not take out. */
  closePages(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Builds the console where it has changed and starts Chromium: once for a test file, before the
 * broker that shall serve it.
 */
export async function startBrowser(): Promise<ConsoleBrowser> {
  if (!isConsoleBuilt()) await buildConsole();
  // As root it has no sandbox; its pages are ours. Memory of its own does not fit into containers.
  const args = ['--no-sandbox', '--disable-dev-shm-usage'];
  const server = await chromium.launchServer({ executablePath: CHROMIUM, args });
  const browser = await chromium.connect(server.wsEndpoint());
  const pid = server.process().pid ?? 0;
  recordStarted({ peer: 'chromium', pid, version: `Chromium ${browser.version()}` });
  const pages = new Set<ConsolePage>();
  return {
    open: async (url, options) => {
      const opened = await openPage(browser, url, options);
      pages.add(opened);
      return opened;
    },
    closePages: async () => {
      const complaints = [...pages].flatMap((one) => one.complaints);
      for (const { page } of pages) await page.context().close();
      pages.clear();
      expect(complaints, 'what the pages complained of').toEqual([]);
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** No animation that has an end is under way. */
const IS_STILL = `document.getAnimations().every(({ effect, playState }) =>
  playState !== 'running' || effect.getComputedTiming().endTime === Infinity)`;

/** What a page has got so far. */
const HAD = `performance.getEntriesByType('resource').map(({ name }) => name)`;

async function openPage(
  browser: Browser,
  url: string,
  { window = 'laptop', scheme = 'light', without }: PageOptions = {},
): Promise<ConsolePage> {
  const context = await browser.newContext({
    viewport: WINDOWS[window],
    colorScheme: scheme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  if (without !== undefined) await page.route(without, (route) => route.abort());
  await page.goto(url);
  return {
    page,
    complaints,
    go: async (place) => {
      await page.goto(`${url}#${place}`);
    },
    untilProvided: async () => {
      const all = readdirSync(CONSOLE_FILES).filter((name) => /\.(js|css)$/.test(name));
      const missing = async (): Promise<readonly string[]> => {
        const had = new Set((await page.evaluate<string[]>(HAD)).map((name) => basename(name)));
        return all.filter((name) => !had.has(name));
      };
      await expect.poll(missing, { timeout: PATIENCE_MS }).toEqual([]);
    },
    picture: async (name) => {
      mkdirSync(SCREENSHOTS, { recursive: true });
      const file = `${name}-${window}-${scheme}.png`;
      const path = join(SCREENSHOTS, file);
      await page.screenshot({ path });
      const image = README_IMAGES.get(file);
      if (image !== undefined && process.env.UPDATE_IMAGES === '1') {
        copyFileSync(path, join(IMAGES, image));
      }
    },
    expectAccessible: async () => {
      // What fades in has the contrast of neither its beginning nor its end.
      await waitFor(() => page.evaluate(IS_STILL), { what: 'the end of every animation' });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const grave = violations.filter(
        ({ impact }) => impact === 'serious' || impact === 'critical',
      );
      const told = grave.flatMap(({ id, help, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html} ${failureSummary ?? ''}`),
      );
      expect(told, 'what axe finds').toEqual([]);
    },
    expectFitting: async () => {
      const widths = 'document.documentElement.scrollWidth - window.innerWidth';
      expect(await page.evaluate(widths), 'pixels beyond the window').toBeLessThanOrEqual(0);
    },
  };
}
