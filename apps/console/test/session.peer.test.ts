/** Who uses the console: signing in, what a viewer sees, sessions that end, brokers that restart. */
import { afterEach, beforeAll, afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { requirePeer } from '../../../tools/peers/started.ts';
import { startBrowser, type ConsoleBrowser, type ConsolePage } from './browser.ts';
import { machineEvent, type Scene, startScene } from './scene.ts';

requirePeer('chromium');

const TOKENS =
  'tokens: [{ name: ops, role: operator, token: operator-of-the-scene-0001 }, { name: screen, token: viewer-of-the-scene-000001 }]';

let browser: ConsoleBrowser;

beforeAll(async () => {
  browser = await startBrowser();
});

afterEach(() => browser.closePages());

afterAll(() => browser.close());

async function guarded(more = ''): Promise<Scene> {
  const scene = await startScene({ admin: `${TOKENS}${more}` });
  onTestFinished(() => scene.remove());
  return scene;
}

async function signIn({ page }: ConsolePage, token: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Token' }).fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** What the browser itself says of refusals that the test meant. */
function takeRefusals({ complaints }: ConsolePage): readonly string[] {
  const isMeant = (text: string): boolean => /status of (40[13]|503)|ERR_/.test(text);
  const meant = complaints.filter(isMeant);
  const others = complaints.filter((text) => !isMeant(text));
  complaints.splice(0, complaints.length, ...others);
  return meant;
}

describe('signing in', () => {
  it('takes a token, says when it is wrong, and leads where one wanted to go', async () => {
    const scene = await guarded();
    const opened = await browser.open(`${scene.url}#/dead-letters`);
    const { page, picture, expectAccessible } = opened;
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expectAccessible();
    await picture('sign-in');
    await signIn(opened, 'no-such-token');
    await page
      .getByRole('alert')
      .getByText(/is not known/)
      .waitFor();
    await signIn(opened, 'operator-of-the-scene-0001');
    await page.getByRole('heading', { name: 'Dead letters' }).waitFor();
    await page.getByRole('button', { name: /^Signed in as .*ops, operator/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(takeRefusals(opened).length).toBeGreaterThan(0);
  });

  it('comes back by itself when a session has ended, without losing the place', async () => {
    const scene = await guarded(', sessionMs: 60000');
    const event = machineEvent('vm-1', { message: 'vm-1 was here' });
    await scene.post([event]);
    const opened = await browser.open(`${scene.url}#/events/${event.id}`);
    const { page } = opened;
    await signIn(opened, 'operator-of-the-scene-0001');
    await page.getByRole('dialog', { name: 'Event' }).getByText('vm-1 was here').waitFor();
    await page.context().clearCookies();
    await page.getByText('Your session has ended.').waitFor();
    await signIn(opened, 'operator-of-the-scene-0001');
    await page.getByRole('dialog', { name: 'Event' }).getByText('vm-1 was here').waitFor();
    takeRefusals(opened);
  });
});

describe('a viewer', () => {
  it('sees everything and is offered no change', async () => {
    const scene = await guarded();
    const event = machineEvent('vm-2', {});
    await scene.post([event]);
    const opened = await browser.open(scene.url);
    const { page, go } = opened;
    await go('/dead-letters');
    await signIn(opened, 'viewer-of-the-scene-000001');
    await page.getByRole('link', { name: '1', exact: true }).waitFor();
    expect(await page.getByRole('checkbox').count()).toBe(0);
    expect(await page.getByRole('button', { name: /Send|Discard/ }).count()).toBe(0);
    await go(`/events/${event.id}`);
    await page.getByText('Received by cloud').waitFor();
    expect(await page.getByRole('button', { name: /Send/ }).count()).toBe(0);
    takeRefusals(opened);
  });
});

describe('a broker that restarts', () => {
  it('is missed, and found again by the page itself, with what came meanwhile', async () => {
    const scene = await startScene();
    onTestFinished(() => scene.remove());
    const opened = await browser.open(`${scene.url}#/events`);
    const { page, picture } = opened;
    const row = (name: string) => page.getByRole('row').filter({ hasText: `compute/${name}` });
    await scene.post([machineEvent('before', {})]);
    await row('before').waitFor();
    await scene.stop();
    await page.getByRole('alert').getByText('The broker does not answer.').waitFor();
    await page.getByText('broken off: it comes back by itself').waitFor();
    await picture('broker-away');
    await scene.start();
    await scene.post([machineEvent('after', {})]);
    await page.getByText(/The broker was restarted at .* and answers again/).waitFor();
    await row('after').waitFor();
    await row('before').waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    takeRefusals(opened);
  });
});
