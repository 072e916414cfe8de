/** The map: what is connected, how fast it goes there, and what is the matter. */
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { requirePeer } from '../../../tools/peers/started.ts';
import { startBrowser, type ConsoleBrowser } from './browser.ts';
import { startTraffic, type Traffic } from './traffic.ts';
import { machineEvent, startScene, type Scene } from './scene.ts';

requirePeer('chromium');

let browser: ConsoleBrowser;
let scene: Scene;
let traffic: Traffic;

beforeAll(async () => {
  browser = await startBrowser();
  scene = await startScene();
  traffic = startTraffic(scene);
});

afterEach(() => browser.closePages());

afterAll(async () => {
  await traffic.stop();
  await scene.remove();
  await browser.close();
});

describe('the map', () => {
  it('shows sources, routes and sinks, rates on the edges, and trouble in words', async () => {
    const { page, picture, expectAccessible } = await browser.open(scene.url);
    const diagram = page.getByRole('region', { name: 'Diagram of sources, routes and sinks' });
    await diagram.locator('.map-sink.level-trouble', { hasText: 'pager' }).waitFor();
    for (const name of ['cloud', 'jobs', 'archive', 'ledger', 'manager', 'everything is kept']) {
      await diagram.getByText(name, { exact: true }).waitFor();
    }
    await diagram
      .locator('.map-pace', { hasText: /^[1-9][\d.]*\/s$/ })
      .first()
      .waitFor();
    await page.getByText(/pager unreachable.*ECONNREFUSED/).waitFor();
    await page.getByText(/ledger refuses events/).waitFor();
    await picture('map');
    await expectAccessible();
  });

  it('leaves every box where it is while figures change', async () => {
    const { page } = await browser.open(scene.url);
    const boxes = page.locator('.map .react-flow__node');
    await boxes.first().waitFor();
    const places = () => boxes.evaluateAll('(all) => all.map((one) => one.style.transform)');
    const [before, stored] = [
      await places(),
      await page
        .getByText(/waiting$/)
        .first()
        .textContent(),
    ];
    // The figure at the sink that is not there grows with each event for it.
    await expect
      .poll(
        () =>
          page
            .getByText(/waiting$/)
            .first()
            .textContent(),
        { timeout: 30_000 },
      )
      .not.toBe(stored);
    expect(await places()).toEqual(before);
  });

  it('opens a sink from the keyboard', async () => {
    const { page } = await browser.open(scene.url);
    const box = page.locator('.map').getByRole('link', { name: /pager/ });
    await box.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'pager', level: 2 }).waitFor();
    expect(page.url()).toMatch(/#\/endpoints\/sink\/pager$/);
  });

  it('is a table on a phone, and for who prefers one', async () => {
    const { page, picture, expectAccessible, expectFitting } = await browser.open(scene.url, {
      window: 'phone',
      scheme: 'dark',
    });
    const table = page.getByRole('table', { name: 'Sources and sinks of failures wake somebody' });
    await table.getByRole('row', { name: /to pager .* unreachable/ }).waitFor();
    await picture('map');
    await expectFitting();
    await expectAccessible();
  });
});

describe('the map of a broker with a route that fails', () => {
  it('tells of its dead letters, and of why', async () => {
    const torn = await startScene({
      sections: ({ cloudPort, archive }) =>
        `sources: { cloud: { adapter: cloudevents.http, listen: "127.0.0.1:${String(cloudPort)}" } }\n` +
        `sinks: { archive: { adapter: cloudevents.http, url: "${archive}" } }\n` +
        "routes: [{ name: large ones, when: 'attributes.vcpus >= 32', to: archive }]\n",
    });
    onTestFinished(() => torn.remove());
    await torn.post([machineEvent('without-a-size', {})]);
    const { page, picture, expectAccessible } = await browser.open(torn.url);
    const route = page.locator('.map-route.level-waiting', { hasText: 'large ones' });
    await route.getByText('1 dead letter since the start').waitFor();
    await picture('map-failing-route');
    await expectAccessible();
    await page.getByText('Table', { exact: true }).click();
    await page.getByText(/1 dead letter since the start: route "large ones": when/).waitFor();
  });
});

describe('the map of a broker without routes', () => {
  it('says that nothing is sent anywhere', async () => {
    const bare = await startScene({
      sections: ({ cloudPort, archive }) =>
        `sources: { cloud: { adapter: cloudevents.http, listen: "127.0.0.1:${String(cloudPort)}" } }\n` +
        `sinks: { archive: { adapter: cloudevents.http, url: "${archive}" } }\nroutes: []\n`,
    });
    try {
      const { page, expectAccessible } = await browser.open(bare.url, { scheme: 'dark' });
      await page.getByText('There are no routes').waitFor();
      await expectAccessible();
      await browser.closePages();
    } finally {
      await bare.remove();
    }
  });
});
