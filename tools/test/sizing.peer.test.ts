/** The bytes for each event that docs/operations.md plans disks with, measured on real journals. */
import { readFileSync, statSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Publisher } from 'zeromq';
import { waitFor } from '@viaduct/testkit';
import { startViaduct } from '../../apps/broker/test/viaduct-command.ts';
import { ROOT } from '../docs/pages.ts';
import { freshFolder } from '../peers/child.ts';
import { freePort } from '../peers/free-port.ts';
import { freshVhost, type Vhost } from '../peers/shared-rabbitmq.ts';

const EVENTS = 2_000;
const WAIT_MS = 120_000;

/** How far a figure of the page may be from what is measured: a share of it. */
const TOLERANCE = 0.25;

let vhost: Vhost;

beforeAll(async () => {
  vhost = await freshVhost();
});

afterAll(() => vhost.drop());

/** The table of the page: what an event is, and its bytes. */
function figures(): ReadonlyMap<string, number> {
  const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const rows = page.matchAll(/^\| (?<what>[^|]+?) +\| +(?<bytes>[\d,]+) \|/gm);
  return new Map(
    [...rows].map(({ groups: { what = '', bytes = '' } = {} }) => [
      what,
      Number(bytes.replaceAll(',', '')),
    ]),
  );
}

describe('the bytes that an event takes in the journal are as docs/operations.md says, for', () => {
  it(
    'an API call of OpenNebula',
    async () => {
      const port = await freePort();
      const fixture = join(ROOT, 'packages/opennebula/fixtures/api-vm-action-ok.native.json');
      const native = JSON.parse(readFileSync(fixture, 'utf8')) as {
        readonly key: string;
        readonly content: string;
      };
      const publisher = new Publisher({ sendHighWaterMark: 0 });
      await publisher.bind(`tcp://127.0.0.1:${String(port)}`);
      try {
        const source = `{ adapter: opennebula, endpoint: 'tcp://127.0.0.1:${String(port)}' }`;
        await expectFigure('OpenNebula, an API call', source, async () => {
          for (let sent = 0; sent < EVENTS; sent += 1) {
            await publisher.send([native.key, native.content]);
          }
        });
      } finally {
        publisher.close();
      }
    },
    WAIT_MS,
  );

  it(
    'a notification of nova',
    async () => {
      const connection = await connect(vhost.url);
      const channel = await connection.createConfirmChannel();
      await channel.assertExchange('nova', 'topic', { durable: false });
      const file = join(
        ROOT,
        'packages/oslo/fixtures/golden/compute-instance-create-end.native.json',
      );
      const message = JSON.parse(readFileSync(file, 'utf8')) as object;
      try {
        const source = `{ adapter: oslo, url: '${vhost.url}', exchanges: nova }`;
        await expectFigure('OpenStack, a notification of nova', source, async () => {
          for (let sent = 0; sent < EVENTS; sent += 1) {
            const id = `00000000-0000-4000-8000-${String(sent).padStart(12, '0')}`;
            const body = JSON.stringify({ ...message, message_id: id });
            const properties = { contentType: 'application/json' };
            channel.publish('nova', 'notifications.info', Buffer.from(body), properties);
          }
          await channel.waitForConfirms();
        });
      } finally {
        await connection.close();
      }
    },
    WAIT_MS,
  );

  it(
    'a small CloudEvent',
    async () => {
      const port = await freePort();
      const source = `{ adapter: cloudevents.http, listen: '127.0.0.1:${String(port)}' }`;
      await expectFigure('CloudEvents, 200 bytes', source, async () => {
        for (let sent = 0; sent < EVENTS; sent += 100) {
          const batch = Array.from({ length: 100 }, (_, index) => ({
            specversion: '1.0',
            id: String(sent + index),
            source: 'https://cloud.example.com/region/one',
            type: 'com.example.vm.created',
            subject: '42',
          }));
          const answer = await fetch(`http://127.0.0.1:${String(port)}/`, {
            method: 'POST',
            headers: { 'content-type': 'application/cloudevents-batch+json' },
            body: JSON.stringify(batch),
          });
          expect(answer.status).toBe(202);
        }
      });
    },
    WAIT_MS,
  );
});

/** Runs a broker with one source, sends it the events, and weighs its folder after the stop. */
async function expectFigure(
  what: string,
  source: string,
  send: () => Promise<void>,
): Promise<void> {
  const folder = freshFolder('sizing');
  const port = await freePort();
  await writeFile(
    join(folder, 'viaduct.yaml'),
    `
broker: { admin: { listen: '127.0.0.1:${String(port)}' } }
sources: { one: ${source} }
sinks: { archive: { adapter: cloudevents.file, file: ./events.jsonl } }
routes: [{ to: archive }]
`,
  );
  const broker = startViaduct(['run'], { cwd: folder });
  const status = async (): Promise<string> =>
    (await fetch(`http://127.0.0.1:${String(port)}/api/v1/status`)).text();
  try {
    await waitFor(
      () => broker.log().some(({ msg, source: name }) => msg === 'connected' && name === 'one'),
      { timeoutMs: WAIT_MS, what: 'the source is connected' },
    );
    await send();
    await waitFor(async () => (await status()).includes(`"delivered":${String(EVENTS)}`), {
      timeoutMs: WAIT_MS,
      what: 'all events are delivered',
    });
  } finally {
    broker.child.kill('SIGTERM');
    await broker.ended;
  }
  const data = join(folder, 'data');
  const segments = readdirSync(data).filter((name) => name.startsWith('segment-'));
  const bytes = segments.reduce((sum, name) => sum + statSync(join(data, name)).size, 0) / EVENTS;
  const said = figures().get(what) ?? 0;
  const isNear = Math.abs(bytes - said) <= said * TOLERANCE;
  expect(`${what}: ${bytes.toFixed(0)}, as ${String(said)}: ${String(isNear)}`).toMatch(/true$/);
}
