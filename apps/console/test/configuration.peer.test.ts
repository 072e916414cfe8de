/** The configuration: what runs, what stands on the disk, what is wrong with it, reloading it. */
import { appendFile, readFile, writeFile } from 'node:fs/promises';
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

describe('the configuration', () => {
  it('is shown as it runs, without secrets, with advice by line', async () => {
    const { page, go, picture, expectAccessible } = await browser.open(scene.url);
    await go('/configuration');
    const text = page.getByRole('textbox', { name: 'The configuration that runs' });
    await text.getByText('everything is kept').waitFor();
    await page.getByText(/Line \d+, sinks\.manager\.enterpriseBase/).waitFor();
    expect(await text.innerText()).toContain('community: ***');
    await picture('configuration');
    await expectAccessible();
  });

  it('checks a text, and says what is wrong in which line', async () => {
    const { page, go, picture, expectAccessible } = await browser.open(scene.url, {
      scheme: 'dark',
    });
    await go('/configuration');
    await page.getByRole('tab', { name: 'Check a text' }).click();
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('It can be reloaded').waitFor();
    const text = page.getByRole('textbox', { name: 'A configuration to check' });
    await text.press('Control+End');
    await page.keyboard.type('  - { name: lost, from: nowhere, to: archive }');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText(/Line \d+, routes\[4\]\.from\[0\]:/).waitFor();
    await page.getByText('no source is named "nowhere"').waitFor();
    await picture('configuration-check');
    await expectAccessible();
  });

  it('compares the file on the disk, refuses it with its problems, and goes by a good one', async () => {
    const { page, go, complaints, picture, expectAccessible } = await browser.open(scene.url);
    await go('/configuration');
    const good = await readFile(scene.file, 'utf8');
    await appendFile(scene.file, '  - { name: lost, from: nowhere, to: archive }\n');
    await page.getByRole('tab', { name: 'On disk (problems)' }).click();
    await page.getByRole('textbox', { name: 'The file on the disk' }).getByText('lost').waitFor();
    await picture('configuration-disk');
    await expectAccessible();
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Reload' }).click();
    const report = page.getByRole('alert').filter({ hasText: 'Not reloaded' });
    await report.getByText('no source is named "nowhere"').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    // The browser itself tells of the 422 on its console.
    expect(complaints.splice(0).join()).toContain('422');

    const spare = `  spare: { adapter: cloudevents.http, url: "${scene.archive.url}" }\nroutes:`;
    await writeFile(scene.file, good.replace('routes:', spare));
    await page.getByRole('tab', { name: 'On disk (differs)' }).waitFor();
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Reload' }).click();
    await page.getByText('Sinks added: spare.').waitFor();
    await page.getByText('The file on the disk is what runs').waitFor();
  });

  it('is readable on a phone', async () => {
    const { go, page, picture, expectAccessible, expectFitting } = await browser.open(scene.url, {
      window: 'phone',
    });
    await go('/configuration');
    await page.getByRole('textbox', { name: 'The configuration that runs' }).waitFor();
    await picture('configuration');
    await expectFitting();
    await expectAccessible();
  });
});
