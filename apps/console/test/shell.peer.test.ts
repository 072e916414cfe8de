/** The frame of the console: where the keyboard starts, what is there in both colour schemes. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requirePeer } from '../../../tools/peers/started.ts';
import { startBrowser, type ConsoleBrowser } from './browser.ts';
import { startScene, type Scene } from './scene.ts';

requirePeer('chromium');

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
});
