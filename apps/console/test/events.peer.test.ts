/** Events: seen live, searched, opened, sent again. */
import { waitFor } from '@viaduct/testkit';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requirePeer } from '../../../tools/peers/started.ts';
import { startBrowser, type ConsoleBrowser } from './browser.ts';
import { type NativeScene, startNativeScene } from './native-senders.ts';
import { machineEvent, type Scene } from './scene.ts';

requirePeer('chromium');

/** Events that take minutes to be sent again, one a second. */
const MANY = 200;

let browser: ConsoleBrowser;
let native: NativeScene;
let scene: Scene;

beforeAll(async () => {
  browser = await startBrowser();
  native = await startNativeScene();
  ({ scene } = native);
});

afterEach(() => browser.closePages());

afterAll(async () => {
  await native.remove();
  await browser.close();
});

let made = 0;

/** Names of machines that no other test has. */
function freshNames(count: number): readonly string[] {
  made += 1;
  return Array.from({ length: count }, (_, index) => `m${String(made)}-${String(index + 1)}`);
}

function failed(name: string) {
  return machineEvent(name, {
    state: { value: 'failed', native: 'ERROR' },
    severity: 'error',
    message: `${name} stopped answering`,
  });
}

function running(name: string) {
  return machineEvent(name, { state: { value: 'running', native: 'ACTIVE' }, severity: 'info' });
}

function row(page: Page, name: string) {
  return page.getByRole('row').filter({ hasText: `compute/${name}` });
}

describe('live events', () => {
  it('appear as they are stored, newest first, and with what was before', async () => {
    const [before, first, second] = freshNames(3) as [string, string, string];
    await scene.post([running(before)]);
    const { page, go } = await browser.open(scene.url);
    await go('/events');
    await row(page, before).waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    await scene.post([running(first)]);
    await row(page, first).waitFor();
    await scene.post([failed(second)]);
    await row(page, second).waitFor();
    const tops = await Promise.all(
      [second, first, before].map(async (name) => (await row(page, name).boundingBox())?.y ?? 0),
    );
    expect(tops).toEqual(tops.toSorted((one, other) => one - other));
  });

  it('wait while the tail is paused, and are all there when it goes on', async () => {
    const [shown, held] = freshNames(2) as [string, string];
    const { page, go } = await browser.open(scene.url);
    await go('/events');
    await page.getByText('live', { exact: true }).waitFor();
    await scene.post([running(shown)]);
    await row(page, shown).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await scene.post([running(held)]);
    await page.getByRole('button', { name: /^\d+ new$/ }).waitFor();
    expect(await row(page, held).count()).toBe(0);
    await page.getByRole('button', { name: 'Go on' }).click();
    await row(page, held).waitFor();
  });

  it('are filtered by text and severity, and a link shows the same', async () => {
    const [bad, good] = freshNames(2) as [string, string];
    const { page, go } = await browser.open(scene.url);
    await go('/events');
    await page.getByText('live', { exact: true }).waitFor();
    await page.getByRole('textbox', { name: 'Text, anywhere' }).fill(bad.split('-')[0] ?? '');
    await page.getByRole('combobox', { name: 'Severity' }).click();
    await page.getByRole('option', { name: 'error or worse' }).click();
    await page.getByText('No such event yet').waitFor();
    await scene.post([failed(bad), running(good)]);
    await row(page, bad).waitFor();
    expect(await row(page, good).count()).toBe(0);
    const other = await browser.open(page.url());
    await row(other.page, bad).waitFor();
    expect(await row(other.page, good).count()).toBe(0);
  });
});

describe('the search', () => {
  it('finds what is stored, page by page', async () => {
    const names = freshNames(230);
    await scene.post(names.map(running));
    const { page, go } = await browser.open(scene.url);
    await go(`/events/search/text=${names[0]?.split('-')[0] ?? ''}-`);
    const list = page.getByRole('table', { name: 'Events found' });
    await list.waitFor();
    await page.getByText('200 found so far').waitFor();
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByText('230 found').waitFor();
    expect(await list.getAttribute('aria-rowcount')).toBe('231');
  });

  it('says when there is nothing', async () => {
    const { page, go } = await browser.open(scene.url);
    await go('/events/search/text=nobody-says-this');
    await page.getByText('Nothing found').waitFor();
  });
});

describe('one event', () => {
  it('tells its path, with each delivery, its attempts and what was lost', async () => {
    const [name] = freshNames(1) as [string];
    await scene.post([failed(name)]);
    const { page, go, picture, expectAccessible } = await browser.open(scene.url);
    await go('/events');
    await row(page, name).click();
    const event = page.getByRole('dialog', { name: 'Event' });
    await event.getByText('Received by cloud').waitFor();
    await event.getByText('everything is kept').waitFor();
    const archive = event.getByRole('region', { name: 'Delivery to archive' });
    await archive.getByText('delivered', { exact: true }).waitFor();
    const ledger = event.getByRole('region', { name: 'Delivery to ledger' });
    await ledger.getByRole('link', { name: /dead letter/ }).waitFor();
    await ledger.getByText(/422/).first().waitFor();
    const manager = event.getByRole('region', { name: 'Delivery to manager' });
    await manager.getByText('sent', { exact: true }).waitFor();
    await expectAccessible();
    await picture('event-path');
    await manager.getByRole('button', { name: /Output: 1 message of snmp/ }).click();
    await manager.getByRole('table', { name: /Objects of/ }).waitFor();
    await manager
      .getByText(/Nothing was lost|the target has/)
      .first()
      .waitFor();
  });

  it('is a place of its own, and the list is as it was when it is closed', async () => {
    const [name] = freshNames(1) as [string];
    const event = failed(name);
    await scene.post([event]);
    const { page, complaints } = await browser.open(`${scene.url}#/events/${event.id}`);
    const dialog = page.getByRole('dialog', { name: 'Event' });
    await dialog.getByText(`${name} stopped answering`).waitFor();
    await page.keyboard.press('Escape');
    await row(page, name).waitFor();
    expect(complaints).toEqual([]);
    await page.goto(`${scene.url}#/events/00000000-0000-4000-8000-000000000000`);
    await dialog.getByText(/there is no event/).waitFor();
    expect(complaints.splice(0).join()).toContain('404');
  });

  it('shows what OpenNebula said as XML, and its exact form', async () => {
    await native.publish();
    const { page, go, picture } = await browser.open(scene.url);
    await go('/events/live/source=one');
    await page.getByRole('row').filter({ hasText: 'compute/42' }).first().click();
    await page.getByRole('tab', { name: 'Original' }).click();
    const original = page.getByRole('textbox', { name: /the original/ });
    await original.getByText('<HOOK_MESSAGE>').waitFor();
    await original.getByText('<ID>42</ID>').first().waitFor();
    await picture('event-original-xml');
    await page.getByText('Exact', { exact: true }).click();
    await original.getByText('PEhPT0tfTUVTU0FHRT').first().waitFor();
  });

  it('shows the objects of a trap by name, type and value', async () => {
    await native.trap();
    const { page, go, picture } = await browser.open(scene.url);
    await go('/events/live/source=traps');
    await page.getByRole('row').filter({ hasText: '1.3.6.1.4.1.4711' }).first().click();
    await page.getByRole('tab', { name: 'Original' }).click();
    const objects = page.getByRole('table', { name: /Objects of the original/ });
    await objects.getByText('Grüße').waitFor();
    await page.getByText('Secrets were replaced').waitFor();
    await picture('event-original-varbinds');
  });

  it('is rendered in another dialect, with where each value came from', async () => {
    const [name] = freshNames(1) as [string];
    const event = failed(name);
    await scene.post([event]);
    const { page, go, picture } = await browser.open(scene.url);
    await go(`/events/${event.id}`);
    await page.getByRole('tab', { name: 'In another dialect' }).click();
    await page.getByRole('combobox', { name: 'Dialect' }).click();
    await page.getByRole('option', { name: /OpenStack/ }).click();
    // oslo's message is JSON in a text of JSON: both are opened.
    await page
      .getByRole('textbox', { name: /message 1/ })
      .getByText('"event_type"')
      .waitFor();
    await picture('event-as-oslo');
    await page.getByRole('tab', { name: 'Where from' }).click();
    const values = page.getByRole('table', { name: 'Where values came from' });
    await values.getByText(/oslo\.version/).waitFor();
    await page.getByRole('textbox', { name: 'Filter the values' }).fill(`"${name}"`);
    await values.getByText('from data.resource.id').first().waitFor();
    expect(await values.getByText(/oslo\.version/).count()).toBe(0);
  });

  it('is sent again by an operator, planned first', async () => {
    const [name] = freshNames(1) as [string];
    const event = running(name);
    await scene.post([event]);
    const archived = () => scene.archive.taken.filter(({ id }) => id === event.id).length;
    await waitFor(() => archived() === 1, { timeoutMs: 20_000 });
    const { page, go, picture } = await browser.open(scene.url);
    await go(`/events/${event.id}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click();
    const dialog = page.getByRole('dialog', { name: `Send compute/${name} again` });
    await dialog.getByRole('button', { name: 'Plan' }).click();
    await dialog.getByText(/1 event would be sent/).waitFor();
    await picture('event-replay-plan');
    expect(archived()).toBe(1);
    await dialog.getByRole('button', { name: 'Send again' }).click();
    await dialog.getByText(/1 sent again/).waitFor();
    await waitFor(() => archived() === 2, { timeoutMs: 20_000, what: 'it arrives again' });
  });
});

describe('work that goes on for long', () => {
  it('is seen in every view by whoever looks, with how far it is, and can be stopped', async () => {
    const names = freshNames(MANY);
    await scene.post(names.map(running));
    const replay = await fetch(`${scene.url}api/v1/replay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ from: 0, to: Date.now() + 1, allStates: true, ratePerSecond: 1, sinks: ['archive'] },
        match: { subject: `compute/${names[0]?.split('-')[0] ?? ''}-*` },
      }),
    });
    const told = replay.text();
    const { page, go, picture, expectAccessible } = await browser.open(scene.url);
    await go('/configuration');
    const notice = page.getByRole('region', { name: 'Work under way' });
    await notice
      .getByText(new RegExp(`Events are sent again .* of ${String(MANY)} written`))
      .waitFor();
    await notice.getByRole('progressbar').waitFor();
    await page.getByText('everything is kept').waitFor();
    await picture('work-under-way');
    await expectAccessible();
    await notice.getByRole('button', { name: 'Stop it' }).click();
    await notice.waitFor({ state: 'hidden' });
    expect((await told).trim().split('\n').at(-1)).toContain('VIA_ADMIN_STOPPED');
  });
});

describe('the view', () => {
  it('is used with the keyboard alone', async () => {
    const [first, second] = freshNames(2) as [string, string];
    await scene.post([running(first)]);
    await scene.post([running(second)]);
    const { page, go } = await browser.open(scene.url);
    await go('/events');
    await row(page, first).waitFor();
    await row(page, second).getByRole('link').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Event' });
    await dialog.getByText(`compute/${first} ·`).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(new URL(page.url()).hash).toBe('#/events/live');
  });

  for (const scheme of ['light', 'dark'] as const) {
    it(`is accessible and fits, ${scheme}, on a laptop and a phone`, async () => {
      const [name] = freshNames(1) as [string];
      await scene.post([failed(name)]);
      for (const window of ['laptop', 'phone'] as const) {
        const opened = await browser.open(scene.url, { scheme, window });
        await opened.go('/events');
        await row(opened.page, name).waitFor();
        await opened.expectAccessible();
        await opened.expectFitting();
        await opened.picture('events');
        await opened.go('/events/search');
        await row(opened.page, name).waitFor();
        await opened.expectAccessible();
        await opened.expectFitting();
        await opened.picture('events-search');
      }
    });
  }
});
