/** The playground: translated in the page, linked, and without any network. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requirePeer } from '../../../tools/peers/started.ts';
import { PATIENCE_MS, startBrowser, type ConsoleBrowser } from './browser.ts';
import { type Scene, startScene } from './scene.ts';

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

async function choose(page: Page, label: string, option: RegExp): Promise<void> {
  await page.getByRole('combobox', { name: label }).click();
  await page.getByRole('option', { name: option }).first().click();
}

function output(page: Page) {
  return page.getByRole('textbox', { name: /message 1/ });
}

describe('the playground', () => {
  it('shows an example in another dialect, where each value came from, and what is lost', async () => {
    const { page, go, picture, expectAccessible } = await browser.open(scene.url);
    await go('/playground');
    await choose(page, 'Example', /compute failed/);
    await output(page).getByText('"event_type"').waitFor();
    await picture('playground');
    await page.getByRole('button', { name: 'Opened for reading' }).click();
    const opened = page.getByRole('textbox', { name: /^the message / });
    await opened.getByText('<HOOK_MESSAGE>').waitFor();
    await page.getByRole('button', { name: 'Opened for reading' }).click();
    await opened.waitFor({ state: 'hidden' });
    await page.getByText('Exact', { exact: true }).click();
    await output(page)
      .getByText(/oslo\.message/)
      .waitFor();
    await page.getByRole('tab', { name: 'Where from' }).click();
    const values = page.getByRole('table', { name: 'Where values came from' });
    await page.getByRole('textbox', { name: 'Filter the values' }).fill('oslo.version');
    await values.getByText('always so in this kind of message').waitFor();
    await page.getByRole('tab', { name: /Losses/ }).click();
    await page.getByText('the target has no place for it').waitFor();
    await expectAccessible();
  });

  it('shows the objects of a trap as a table', async () => {
    const { page, go } = await browser.open(scene.url);
    await go('/playground');
    await choose(page, 'To', /SNMP/);
    await choose(page, 'Example', /compute failed/);
    await page.getByRole('table', { name: /Objects of message 1/ }).waitFor();
  });

  it('says what is wrong, and in which line', async () => {
    const { page, go, picture } = await browser.open(scene.url);
    await go('/playground');
    const input = page.getByRole('textbox', { name: 'The message to translate' });
    await input.fill('{\n  "key": "EVENT STATE VM/ACTIVE/RUNNING/1",\n  "content": oops\n}');
    await page
      .getByRole('alert')
      .getByText(/Line 3: It is neither JSON nor XML/)
      .waitFor();
    await page.locator('.trouble-line').getByText('oops').waitFor();
    await picture('playground-wrong');
    await input.fill('{\n  "key": 7,\n  "content": ""\n}');
    await page.getByRole('alert').getByText('VIA_OPENNEBULA').waitFor();
    await page.locator('.trouble-line').getByText('7').waitFor();
  });

  it('is linked: a link shows somebody else the same', async () => {
    const { page, go } = await browser.open(scene.url);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await go('/playground');
    await choose(page, 'To', /BonFIRE/);
    await choose(page, 'Example', /compute failed/);
    await output(page).getByText('"objectType"').waitFor();
    await page.getByRole('button', { name: 'Copy a link' }).click();
    const copied = () => page.evaluate<string>('navigator.clipboard.readText()');
    await expect
      .poll(copied, { timeout: PATIENCE_MS })
      .toMatch(/#\/playground\/opennebula\/bonfire\/./);
    const other = await browser.open(await copied());
    await output(other.page).getByText('"objectType"').waitFor();
    expect(await other.page.getByRole('combobox', { name: 'To' }).inputValue()).toBe('BonFIRE');
    const example = other.page.getByRole('combobox', { name: 'Example' });
    await expect.poll(() => example.inputValue(), { timeout: PATIENCE_MS }).toBe('compute failed');
  });

  it('works without any network, in every dialect, though it was not seen before', async () => {
    const { page, go, complaints, untilProvided } = await browser.open(scene.url);
    await untilProvided();
    await page.context().setOffline(true);
    const notice = page.getByText('The broker does not answer.');
    await notice.first().waitFor();
    await go('/playground');
    for (const [dialect, words] of [
      [/OpenNebula/, /HOOK_MESSAGE/],
      [/BonFIRE/, /"objectType"/],
      [/Cloudify/, /"event_type"/],
      [/CloudEvents/, /"specversion"/],
    ] as const) {
      await choose(page, 'From', /OpenStack/);
      await choose(page, 'Example', /compute failed/);
      await choose(page, 'To', dialect);
      await output(page).getByText(words).first().waitFor();
    }
    expect(complaints.splice(0).join()).toContain('ERR_INTERNET_DISCONNECTED');
    await page.context().setOffline(false);
    await notice.waitFor({ state: 'hidden' });
    complaints.splice(0);
  });

  it('is accessible and fits a phone, in the dark', async () => {
    const opened = await browser.open(scene.url, { window: 'phone', scheme: 'dark' });
    await opened.go('/playground');
    await choose(opened.page, 'Example', /compute failed/);
    await output(opened.page).waitFor();
    await opened.expectAccessible();
    await opened.expectFitting();
    await opened.picture('playground');
  });
});
