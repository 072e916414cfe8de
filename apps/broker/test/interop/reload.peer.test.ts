/**
 * Reloads under load, on real peers: a real oslo.messaging notifier publishes, RabbitMQ carries, the
 * broker changes its configuration in the middle, a real listener and files record what arrives.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@viaduct/testkit';
import { afterEach, expect, it } from 'vitest';
import { notify, startListener, startNotifier } from '../../../../tools/peers/oslo.ts';
import { freshVhost } from '../../../../tools/peers/shared-rabbitmq.ts';
import { requirePeer } from '../../../../tools/peers/started.ts';
import { startBroker, type LiveBroker } from './live-broker.ts';

requirePeer('oslo');
requirePeer('rabbitmq');

const EVENTS = 4_000;
const ROUND = 500;
/** Claimed at most by a sink that is replaced: what may be sent again by each replacement. */
const CLAIM_MAX = 64;
const TIMEOUT_MS = 300_000;

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Wanted {
  readonly url: string;
  readonly sinks: readonly string[];
  readonly attemptsMax?: number;
  readonly prefetch?: number;
  readonly to?: string;
}

function configuration({ url, sinks, attemptsMax = 5, prefetch = 200, to }: Wanted): string {
  const files = sinks.map(
    (name) =>
      `  ${name}: { adapter: cloudevents.file, file: ./${name}.jsonl, claimMax: ${CLAIM_MAX}` +
      `${name === 'late' ? ', from: start' : ''} }`,
  );
  return `
sources: { nova: { adapter: oslo, url: "${url}", exchanges: [nova], prefetch: ${prefetch} } }
sinks:
  osbus: { adapter: oslo, url: "${url}", exchange: out, topic: outgoing, attemptsMax: ${attemptsMax}, claimMax: ${CLAIM_MAX} }
${files.join('\n')}
routes: [{ name: all, to: [osbus, ${to ?? sinks.join(', ')}] }]
`;
}

it(
  'loses nothing when the configuration changes again and again',
  { timeout: TIMEOUT_MS },
  async () => {
    const vhost = await freshVhost();
    cleanups.push(() => vhost.drop());
    const { url } = vhost;
    const probe = { event_type: 'just.testing', payload: {}, priority: 'info' };
    await notify({ url, exchange: 'nova' }, [probe]);
    const listener = await startListener({
      url,
      exchanges: ['out'],
      topics: ['outgoing'],
      priorities: ['info'],
    });
    cleanups.push(() => listener.stop());
    const broker = await startBroker(configuration({ url, sinks: ['keep', 'gone'] }), [
      'nova',
      'osbus',
    ]);
    cleanups.push(() => broker.remove());
    const notifier = await startNotifier({ url, exchange: 'nova' });
    cleanups.push(() => notifier.stop());

    let sent = 0;
    const publish = (): void => {
      for (let index = 0; index < ROUND; index += 1, sent += 1) {
        const payload = { instance_id: `instance-${sent}`, state: 'active' };
        notifier.send({ event_type: 'compute.instance.update', payload, priority: 'info' });
      }
    };
    const changes: readonly Wanted[] = [
      { url, sinks: ['keep', 'gone'], attemptsMax: 6 },
      { url, sinks: ['keep', 'late'], attemptsMax: 6 },
      { url, sinks: ['keep', 'late'], attemptsMax: 6, to: 'nobody' },
      { url, sinks: ['keep', 'late'], attemptsMax: 7, prefetch: 100 },
      { url, sinks: ['late', 'keep'], attemptsMax: 7, prefetch: 50 },
      { url, sinks: ['late', 'keep', 'new'], attemptsMax: 8, prefetch: 50 },
    ];
    publish();
    for (const [index, wanted] of changes.entries()) {
      publish();
      await notifier.waitForSent(sent - ROUND, TIMEOUT_MS);
      await broker.reload(configuration(wanted));
      await said(broker, wanted.to === undefined ? 'reloaded' : 'stays as it was', index, changes);
    }
    publish();
    expect(sent).toBe(EVENTS);

    const ids = Array.from({ length: EVENTS }, (_, index) => `instance-${index}`);
    const bound = CLAIM_MAX * changes.length;
    const [atBus, atKeep, atLate] = [
      await arrivals('osbus', async () => heardBy(listener)),
      await arrivals('keep', () => writtenTo(broker, 'keep')),
      await arrivals('late', () => writtenTo(broker, 'late')),
    ];
    for (const [sink, all] of Object.entries({ atBus, atKeep, atLate })) {
      const distinct = new Set(all);
      expect(
        ids.filter((id) => !distinct.has(id)),
        `lost at ${sink}`,
      ).toEqual([]);
      expect(all.length - distinct.size, `duplicates at ${sink}`).toBeLessThanOrEqual(bound);
    }
    const duplicates = [atBus, atKeep, atLate].map((all) => all.length - new Set(all).size);
    expect(
      broker.log().filter(({ sink, msg }) => sink === 'keep' && msg === 'connected'),
    ).toHaveLength(1);
    expect(await broker.stop()).toBe(0);
    const last = broker.log().at(-1) ?? {};
    console.log(
      `reload: ${EVENTS} events, ${changes.length} changes, duplicates at the bus, kept, late: ` +
        `${duplicates.join(', ')}; accepted ${String(last.accepted)}`,
    );
  },
);

/** The distinct events of the test among what arrived, once all are there. */
async function arrivals(sink: string, read: () => Promise<readonly string[]>) {
  let all: readonly string[] = [];
  const isComplete = async (): Promise<boolean> => {
    all = await read();
    return new Set(all).size >= EVENTS;
  };
  const what = `${EVENTS} events at ${sink}`;
  await waitFor(isComplete, { timeoutMs: 60_000, what }).catch(() => undefined);
  return all;
}

async function heardBy(listener: Awaited<ReturnType<typeof startListener>>) {
  const ids = listener
    .notifications()
    .map(({ payload }) => (payload as { instance_id?: string }).instance_id ?? '');
  return Promise.resolve(ids.filter((id) => id.startsWith('instance-')));
}

async function writtenTo({ folder }: LiveBroker, sink: string): Promise<readonly string[]> {
  const text = await readFile(join(folder, `${sink}.jsonl`), 'utf8').catch(() => '');
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  return complete
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { subject?: string }).subject?.split('/')[1] ?? '')
    .filter((id) => id.startsWith('instance-'));
}

/** Waits until this change has been answered, as the ones before it were. */
async function said(
  broker: LiveBroker,
  what: string,
  index: number,
  changes: readonly Wanted[],
): Promise<void> {
  const isSame = (wanted: Wanted): boolean =>
    (wanted.to === undefined ? 'reloaded' : 'stays as it was') === what;
  const count = changes.slice(0, index + 1).filter(isSame).length;
  const find = (): number => broker.log().filter(({ msg }) => String(msg).includes(what)).length;
  await waitFor(() => find() >= count, { timeoutMs: 60_000, what: `${count} times "${what}"` });
}
