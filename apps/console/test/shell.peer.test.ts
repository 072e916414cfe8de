/** The frame of the console: where the keyboard starts, what a page loads, and when. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requirePeer } from '../../../tools/peers/started.ts';
import { CONSOLE_FILES, PATIENCE_MS, startBrowser, type ConsoleBrowser } from './browser.ts';
import { startScene, type Scene } from './scene.ts';

requirePeer('chromium');

/** Scripts that a page begins with, bytes: React, the components of the frame, and little more. */
const FIRST_BYTES_MAX = 650_000;

let browser: ConsoleBrowser;
let scene: Scene;

beforeAll(async () => {
  browser = await startBrowser();
  scene = await startScene();
});

afterEach(() => browser.closePages());

afterAll(async () => {
  await scene.remove();
  await browser.close();
});

describe('the console', () => {
  it('begins, for the keyboard, with a way past the navigation', async () => {
    const { page } = await browser.open(scene.url);
    await page.getByRole('heading', { name: 'Viaduct' }).waitFor();
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the content' });
    expect(await skip.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    expect((await skip.boundingBox())?.x).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
  });

  it('is told from the pages of other brokers by its title', async () => {
    const { page, go } = await browser.open(scene.url);
    const title = () => page.title();
    await expect.poll(title, { timeout: PATIENCE_MS }).toBe('Map · scene · Viaduct');
    await go('/dead-letters');
    await expect.poll(title, { timeout: PATIENCE_MS }).toBe('Dead letters · scene · Viaduct');
  });

  it('begins with little: no editor, no diagram, no codec before a view needs one', async () => {
    const page = await readFile(join(CONSOLE_FILES, '../index.html'), 'utf8');
    const names = [...page.matchAll(/assets\/([\w.-]+\.js)"/g)].map(([, name = '']) => name);
    expect(names.join()).toMatch(/index-/);
    expect(names.join()).not.toMatch(/editor|diagram|chart|core|oslo/);
    const sizes = await Promise.all(
      names.map(async (name) => (await stat(join(CONSOLE_FILES, name))).size),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(FIRST_BYTES_MAX);
  });

  it('has every view at hand as soon as one is seen, also where the network is gone', async () => {
    const { page, go, complaints, untilProvided } = await browser.open(scene.url);
    await untilProvided();
    await page.context().setOffline(true);
    for (const [place, title] of [
      ['/events', 'Events'],
      ['/dead-letters', 'Dead letters'],
      ['/endpoints', 'Sources and sinks'],
      ['/configuration', 'Configuration'],
      ['/playground', 'Playground'],
    ] as const) {
      await go(place);
      await page.getByRole('heading', { name: title, level: 2 }).waitFor();
    }
    expect(complaints.splice(0).join()).toContain('ERR_INTERNET_DISCONNECTED');
  });

  it('says so where a view is not to be had, as after an upgrade of the broker', async () => {
    const { page, go, complaints, expectAccessible } = await browser.open(scene.url, {
      without: '**/map-view-*.js',
    });
    await page.getByText('This view could not be loaded').waitFor();
    await page.getByRole('button', { name: 'Load the page again' }).waitFor();
    await expectAccessible();
    await go('/dead-letters');
    await page.getByRole('heading', { name: 'Dead letters', level: 2 }).waitFor();
    expect(complaints.splice(0).join()).toMatch(/ERR_FAILED|dynamically imported/);
  });
});
