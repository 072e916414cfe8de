/** Sources and sinks: all of them, one of them, alarms, the journal, and leaving one alone. */
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { requirePeer } from '../../../tools/peers/started.ts';
import { PATIENCE_MS, startBrowser, type ConsoleBrowser } from './browser.ts';
import { machineEvent, type Places, startScene, type Scene } from './scene.ts';
import { startTraffic, type Traffic } from './traffic.ts';

requirePeer('chromium');

const PATIENCE = { timeout: PATIENCE_MS } as const;

let browser: ConsoleBrowser;
let scene: Scene;
let traffic: Traffic;

beforeAll(async () => {
  browser = await startBrowser();
  const tokens =
    'tokens: [{ name: looker, token: "a-token-of-one-who-looks-and-does-nothing" }, { name: doer, role: operator, token: "a-token-of-one-who-may-do-everything" }]';
  scene = await startScene({ admin: tokens });
  traffic = startTraffic(scene);
});

afterEach(() => browser.closePages());

afterAll(async () => {
  await traffic.stop();
  await scene.remove();
  await browser.close();
});

/** Signs in with a token, and goes somewhere. */
async function openAs(token: string, place: string, options = {}) {
  const opened = await browser.open(scene.url, options);
  await opened.page.locator('input[type=password]').fill(token);
  await opened.page.getByRole('button', { name: 'Sign in' }).click();
  await opened.page.getByRole('heading', { name: 'Map', level: 2 }).waitFor();
  await opened.go(place);
  return opened;
}

const DOER = 'a-token-of-one-who-may-do-everything';

describe('sources and sinks', () => {
  it('are listed with state and figures, sent and delivered apart', async () => {
    const { page, picture, expectAccessible } = await openAs(DOER, '/endpoints');
    const sinks = page.getByRole('table', { name: 'Sinks' });
    await sinks.getByRole('row', { name: /^pager .* unreachable/ }).waitFor();
    await sinks.getByRole('row', { name: /^pager: .*ECONNREFUSED/ }).waitFor();
    const cells = (name: string) =>
      sinks.getByRole('row', { name: new RegExp(`^${name} `) }).getByRole('cell');
    // Sent, delivered.
    for (const [name, sent, delivered] of [
      ['manager', /^[1-9]/, /^0$/],
      ['archive', /^0$/, /^[1-9]/],
    ] as const) {
      await expect.poll(() => cells(name).nth(4).textContent(), PATIENCE).toMatch(sent);
      await expect.poll(() => cells(name).nth(5).textContent(), PATIENCE).toMatch(delivered);
    }
    await picture('endpoints');
    await expectAccessible();
  });

  it('are readable on a phone in the dark', async () => {
    const shown = await openAs(DOER, '/endpoints', { window: 'phone', scheme: 'dark' });
    await shown.page.getByRole('table', { name: 'Sinks' }).waitFor();
    await shown.picture('endpoints');
    await shown.expectFitting();
    await shown.expectAccessible();
  });

  it('open with the last hour as charts, the last error and dead letters', async () => {
    const { page, go, picture, expectAccessible, expectFitting } = await openAs(
      DOER,
      '/endpoints/sink/ledger',
    );
    const letters = page.getByRole('region', { name: 'Dead letters by reason' });
    await letters.getByText(/[1-9]\d* × VIA_CLOUDEVENTS_REFUSED, the last/).waitFor();
    const chart = page.getByRole('img', { name: /Throughput over the last hour/ });
    await chart.locator('canvas').waitFor({ timeout: 60_000 });
    for (const name of [/Latency/, /events that wait/, /how long the oldest waits/]) {
      await page.getByRole('img', { name }).waitFor();
    }
    await expectAccessible();
    await expectFitting();
    await go('/endpoints/sink/archive');
    await page.getByRole('heading', { name: 'archive', level: 2 }).waitFor();
    await page.locator('canvas').first().waitFor();
    await picture('sink');
  });

  it('say so where there is none of that name', async () => {
    const { page } = await openAs(DOER, '/endpoints/source/nobody');
    await page.getByText('There is no source "nobody"').waitFor();
  });
});

describe('pausing', () => {
  it('says what it means, is done by the keyboard, and is undone', async () => {
    const { page } = await openAs(DOER, '/endpoints/sink/archive');
    await page.getByRole('button', { name: 'Pause' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Pause the sink archive?' });
    await dialog.getByText('waits in the journal').waitFor();
    await dialog.getByRole('button', { name: 'Pause' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Sink of cloudevents.http, paused').waitFor();
    const taken = scene.archive.taken.length;
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => scene.archive.taken.length, PATIENCE).toBeGreaterThan(taken);
  });

  it('is not offered to a viewer', async () => {
    const { page } = await openAs(
      'a-token-of-one-who-looks-and-does-nothing',
      '/endpoints/sink/archive',
    );
    await page.getByRole('heading', { name: 'archive', level: 2 }).waitFor();
    expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(0);
  });
});

describe('alarms and the journal', () => {
  it('lists what is wrong right now, and tells it again when an operator says so', async () => {
    const { page, picture, expectAccessible } = await openAs(DOER, '/endpoints/alarms');
    const alarms = page.getByRole('table', { name: 'Active alarms' });
    await alarms
      .getByText(/vm-\d+/)
      .first()
      .waitFor();
    await picture('alarms');
    await expectAccessible();
    await page.getByRole('button', { name: 'Tell them again' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click();
    await page
      .getByRole('dialog')
      .getByText(/sent again/)
      .waitFor();
  });

  it('says what the journal keeps, and that it is too early for a forecast', async () => {
    const { page, picture, expectAccessible } = await openAs(DOER, '/endpoints/journal');
    await page.getByText('No forecast yet').waitFor();
    await page.getByRole('img', { name: /Free on its disk over the last hour/ }).waitFor();
    await picture('journal');
    await expectAccessible();
  });
});

describe('a sink that was taken out of the configuration', () => {
  it('is listed as retired with what it is owed, and dropped with a reason', async () => {
    const own = await startScene({ sections: withPager });
    onTestFinished(() => own.remove());
    await own.post([machineEvent('owed-1', {}), machineEvent('owed-2', {})]);
    await own.configure(withoutPager(own.places));
    const reload = await fetch(`${own.url}api/v1/configuration/reload`, { method: 'POST' });
    expect(reload.status).toBe(200);
    const { page, picture, expectAccessible } = await browser.open(`${own.url}#/endpoints`);
    const retired = page.getByRole('region', { name: 'Retired sinks' });
    await retired.getByText('pager: still owed 2 events').waitFor();
    await retired.getByRole('button', { name: 'Drop pager' }).click();
    const dialog = page.getByRole('dialog', { name: 'Drop the retired sink pager' });
    await dialog.getByText('The 2 events that it is still owed are lost to it').waitFor();
    const drop = dialog.getByRole('button', { name: 'Drop', exact: true });
    expect(await drop.isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('nobody carries it any more');
    await picture('retired-sink-drop');
    await expectAccessible();
    await drop.click();
    await dialog.waitFor({ state: 'hidden' });
    await retired.waitFor({ state: 'hidden' });
  });
});

function withPager({ cloudPort, archive, deadPort }: Places): string {
  return `
sources: { cloud: { adapter: cloudevents.http, listen: "127.0.0.1:${String(cloudPort)}" } }
sinks:
  archive: { adapter: cloudevents.http, url: "${archive}" }
  pager: { adapter: cloudevents.http, url: "http://127.0.0.1:${String(deadPort)}/" }
routes:
  - { name: everything, to: [archive, pager] }
`;
}

function withoutPager(places: Places): string {
  return withPager(places)
    .split('\n')
    .filter((line) => !line.includes('pager:'))
    .join('\n')
    .replace('[archive, pager]', 'archive');
}
