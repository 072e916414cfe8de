/**
 * Many events: the page works with a full journal and a thousand events a second. How quick it is
 * depends on the machine, so that is printed and not tested; docs/benchmarks.md has what was
 * measured.
 */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requirePeer } from '../../../tools/peers/started.ts';
import { startBrowser, type ConsoleBrowser } from './browser.ts';
import { machineEvent, type Places, type Scene, startScene } from './scene.ts';

requirePeer('chromium');

/** Events in the journal, and how many of them are sent at once. */
const STORED = 50_000;
const BATCH = 500;

/** Live events a second, and for how long. */
const PER_SECOND = 1_000;
const SECONDS = 8;

let browser: ConsoleBrowser;
let scene: Scene;

/** A sink that costs little: this is about the page. */
function sections({ cloudPort }: Places): string {
  return `
sources:
  cloud: { adapter: cloudevents.http, listen: "127.0.0.1:${String(cloudPort)}" }
sinks:
  archive: { adapter: cloudevents.file, file: ./archive.jsonl }
routes:
  - { name: errors are kept, match: { severity: error }, to: archive }
`;
}

beforeAll(async () => {
  browser = await startBrowser();
  scene = await startScene({ sections });
  for (let stored = 0; stored < STORED; stored += BATCH) await scene.post(machines(BATCH));
}, 300_000);

afterEach(() => browser.closePages());

afterAll(async () => {
  await scene.remove();
  await browser.close();
});

let made = 0;

function machines(count: number) {
  return Array.from({ length: count }, () => {
    made += 1;
    return machineEvent(`vm-${String(made)}`, { severity: 'info' });
  });
}

/** Counts frames and what blocks them, from now on. */
async function watchFrames(page: Page): Promise<() => Promise<Frames>> {
  await page.evaluate(`
    window.frames_ = { frames: 0, longest: 0, blocked: 0 };
    let last = performance.now();
    const tick = (now) => {
      frames_.frames += 1;
      frames_.longest = Math.max(frames_.longest, now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) frames_.blocked += duration;
    }).observe({ entryTypes: ['longtask'] });
  `);
  return () => page.evaluate<Frames>('frames_');
}

interface Frames {
  readonly frames: number;
  /** Milliseconds. */
  readonly longest: number;
  /** All tasks of more than 50 ms, milliseconds. */
  readonly blocked: number;
}

async function timed(what: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await what();
  return performance.now() - begun;
}

describe('with fifty thousand events stored', () => {
  it('searches, pages and opens', async () => {
    const { page, go } = await browser.open(scene.url);
    await go('/events/search');
    await page.getByText('200 found so far').waitFor();
    const older = await timed(async () => {
      await page.getByRole('button', { name: 'Older' }).click();
      await page.getByText('400 found so far').waitFor();
    });
    const opened = await timed(async () => {
      await page.getByRole('table').getByRole('link').first().click();
      await page.getByText('Received by cloud').waitFor();
    });
    report('stored', { older, opened });
  });
});

describe('with a thousand events a second', () => {
  it('shows them, is paused, opens one, goes on, and draws no more rows than are seen', async () => {
    const { page, go } = await browser.open(scene.url);
    await go('/events');
    await page.getByText('live', { exact: true }).waitFor();
    const frames = await watchFrames(page);
    const first = made + 1;
    const sending = send();
    await page
      .getByText(`compute/vm-${String(first + 1)}`)
      .or(page.getByRole('row').nth(1))
      .first()
      .waitFor();
    const paused = await timed(async () => {
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByText('paused', { exact: true }).waitFor();
    });
    const opened = await timed(async () => {
      await page.getByRole('table').getByRole('link').nth(3).click();
      await page.getByText('Received by cloud').waitFor();
    });
    await page.keyboard.press('Escape');
    // Back to the row it was opened from: from there on nothing moves the focus but a click.
    await page.locator('.event-link:focus').waitFor();
    const resumed = await timed(async () => {
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByText('live', { exact: true }).waitFor();
    });
    const perSecond = await sending;
    const newest = `compute/vm-${String(made)}`;
    await page.getByText(newest, { exact: true }).waitFor();
    const { frames: shown, longest, blocked } = await frames();
    report('live', { perSecond, paused, opened, resumed, shown, longest, blocked });
    const rows = await page.locator('.event-row').count();
    expect(rows, 'rows that are drawn').toBeLessThan(80);
  });
});

/** Sends at the pace, as far as the machine can; resolves with what it was. */
async function send(): Promise<number> {
  const begun = performance.now();
  let sent = 0;
  while (sent < PER_SECOND * SECONDS) {
    const due = ((performance.now() - begun) / 1_000) * PER_SECOND;
    if (sent > due) {
      await new Promise((resolve) => setImmediate(resolve));
      continue;
    }
    await scene.post(machines(100));
    sent += 100;
  }
  return sent / ((performance.now() - begun) / 1_000);
}

function report(what: string, figures: Readonly<Record<string, number>>): void {
  const told = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(0)}`);
  process.stdout.write(`console under load, ${what}: ${told.join(', ')}\n`);
}
