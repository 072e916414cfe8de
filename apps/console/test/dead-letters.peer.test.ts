/** Dead letters: counted by reason, read, sent again, thrown away. */
import { waitFor } from '@viaduct/testkit';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requirePeer } from '../../../tools/peers/started.ts';
import { startBrowser, type ConsoleBrowser } from './browser.ts';
import { machineEvent, type Scene, startScene } from './scene.ts';

requirePeer('chromium');

const PATIENCE = { timeoutMs: 25_000 } as const;

let browser: ConsoleBrowser;
let scene: Scene;

beforeAll(async () => {
  browser = await startBrowser();
  scene = await startScene();
});

afterEach(async () => {
  scene.ledger.status = 422;
  await browser.closePages();
});

afterAll(async () => {
  await scene.remove();
  await browser.close();
});

/** Machines that the ledger refuses for good; resolves when each is a dead letter. */
async function refuse(names: readonly string[]): Promise<void> {
  const before = (await groups()).letters;
  await scene.post(names.map((name) => machineEvent(name, {})));
  const isBuried = async () => (await groups()).letters >= before + names.length;
  await waitFor(isBuried, { ...PATIENCE, what: `${String(names.length)} dead letters` });
}

async function groups(): Promise<{ readonly letters: number }> {
  const answer = await fetch(`${scene.url}api/v1/dead-letters/groups`);
  return (await answer.json()) as { readonly letters: number };
}

async function discardAll(): Promise<void> {
  await fetch(`${scene.url}api/v1/dead-letters/discard`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ letters: { filter: {} }, reason: 'the next test' }),
  });
}

async function letterOf(page: Page, name: string) {
  const letter = page.getByRole('row').filter({ hasText: `compute/${name}` });
  await letter.waitFor();
  return letter;
}

describe('dead letters', () => {
  it('are none at first, which is said', async () => {
    await discardAll();
    const { page, go, expectAccessible } = await browser.open(scene.url);
    await go('/dead-letters');
    await page.getByText('No dead letters', { exact: true }).waitFor();
    await expectAccessible();
  });

  it('are grouped by reason, each with its error, attempts and original', async () => {
    await discardAll();
    await refuse(['group-1', 'group-2', 'group-3']);
    const { page, go, picture, expectAccessible } = await browser.open(scene.url);
    await go('/dead-letters');
    const name = /^3 cloud → ledger: refused by the sink/;
    await page.getByRole('button', { name, expanded: true }).waitFor();
    const letter = await letterOf(page, 'group-2');
    await expectAccessible();
    await picture('dead-letters');
    await letter.getByRole('link').click();
    const dialog = page.getByRole('dialog', { name: /Dead letter/ });
    await dialog.getByText('VIA_CLOUDEVENTS_REFUSED').first().waitFor();
    await dialog.getByText('1 attempt', { exact: true }).waitFor();
    await dialog
      .getByRole('textbox', { name: /the original/ })
      .getByText('group-2')
      .first()
      .waitFor();
    await expectAccessible();
    await picture('dead-letter');
    await dialog.getByRole('link', { name: /compute\/group-2/ }).click();
    await page.getByRole('dialog', { name: 'Event' }).getByText('Received by cloud').waitFor();
  });

  it('are sent again when the sink takes them, planned first', async () => {
    await discardAll();
    await refuse(['again-1', 'again-2']);
    const { page, go, picture } = await browser.open(scene.url);
    await go('/dead-letters');
    await page.getByRole('button', { name: /Send all 2 dead letters again/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Send 2 dead letters again' });
    await dialog.getByText('2 events would be sent: 2 deliveries.').waitFor();
    await picture('dead-letters-plan');
    expect((await groups()).letters).toBe(2);
    scene.ledger.status = 204;
    await dialog.getByRole('button', { name: 'Send again' }).click();
    await dialog.getByText(/2 dead letters are letters no more/).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByText('No dead letters', { exact: true }).waitFor();
    const names = () => scene.ledger.taken.map(({ subject }) => subject);
    await waitFor(() => names().includes('compute/again-2'), PATIENCE);
  });

  it('are chosen one by one, and thrown away with a reason', async () => {
    await discardAll();
    await refuse(['keep', 'drop-1', 'drop-2']);
    const { page, go, picture } = await browser.open(scene.url);
    await go('/dead-letters');
    for (const name of ['drop-1', 'drop-2']) {
      await (await letterOf(page, name)).getByRole('checkbox').check();
    }
    await page.getByRole('button', { name: 'Discard 2 dead letters' }).click();
    const dialog = page.getByRole('dialog', { name: 'Discard 2 dead letters' });
    const discard = dialog.getByRole('button', { name: 'Discard', exact: true });
    await dialog.getByText('2 × VIA_CLOUDEVENTS_REFUSED').waitFor();
    expect(await discard.isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('the ledger knows them');
    await picture('dead-letters-discard');
    await discard.click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('row').filter({ hasText: 'compute/drop-1' }).waitFor({ state: 'hidden' });
    await letterOf(page, 'keep');
    expect(await page.getByText('compute/drop-1').count()).toBe(0);
    expect((await groups()).letters).toBe(1);
  });

  it('say so when another operator was quicker', async () => {
    await discardAll();
    await refuse(['contested-1', 'contested-2']);
    const { page, go, complaints } = await browser.open(scene.url);
    await go('/dead-letters');
    await (await letterOf(page, 'contested-1')).getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Send 1 dead letter again' }).click();
    const dialog = page.getByRole('dialog', { name: 'Send 1 dead letter again' });
    await dialog.getByText(/1 event would be sent/).waitFor();
    await discardAll();
    await dialog.getByRole('button', { name: 'Send again' }).click();
    await dialog
      .getByRole('alert')
      .getByText(/there is no dead letter \d+ \(any more\)/)
      .waitFor();
    expect(complaints.splice(0).join()).toContain('400');
  });

  it('fit a phone, in the dark', async () => {
    await discardAll();
    await refuse(['small-1', 'small-2']);
    const opened = await browser.open(scene.url, { window: 'phone', scheme: 'dark' });
    await opened.go('/dead-letters');
    await letterOf(opened.page, 'small-1');
    await opened.expectFitting();
    await opened.expectAccessible();
    await opened.picture('dead-letters');
  });
});
