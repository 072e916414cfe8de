/**
 * A real broker under strace takes events over HTTP from several connections at once: for each 2xx
 * answer the sync that covers its event was over before the answer began. That the judge can say no
 * is shown in `tools/test/sync-order.test.ts`, and here by the same log with its syncs left out.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@viaduct/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../tools/peers/free-port.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import { startTraced, type Traced } from '../../../tools/peers/strace.ts';
import { brokenOrder, httpAcknowledgements } from '../../../tools/peers/sync-order.ts';

requirePeer('strace');

const BIN = join(import.meta.dirname, '../bin/viaduct.js');
const TIMEOUT_MS = 240_000;
const CONNECTIONS = 4;
const EVENTS_EACH = 15;
/** A page of a segment with its frame's header, and more. */
const BYTES_MAX = 200_000;

let folder: string;
let broker: Traced | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viaduct-sync-order-'));
});

afterEach(async () => {
  broker?.signal('SIGKILL');
  await broker?.ended;
  await rm(folder, { recursive: true, force: true });
});

/** Sends one event and gives the status of the answer; 0 where there was none. */
function send(port: number, agent: Agent, id: string): Promise<number> {
  const headers = {
    'ce-specversion': '1.0',
    'ce-id': id,
    'ce-source': '/test',
    'ce-type': 'org.example.test',
    'content-type': 'application/json',
  };
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path: '/events', method: 'POST', headers, agent };
    const asked = request(options, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    asked.on('error', () => resolve(0)).end(JSON.stringify({ what: id }));
  });
}

async function start(port: number): Promise<void> {
  const file = join(folder, 'viaduct.yaml');
  const text = `
broker: { data: ${folder}/data, admin: { listen: "127.0.0.1:${await freePort()}" } }
sources: { web: { adapter: cloudevents.http, listen: "127.0.0.1:${port}", path: /events } }
sinks: { out: { adapter: cloudevents.file, file: ${folder}/out.jsonl } }
routes: [{ from: web, to: out }]
`;
  await writeFile(file, text);
  const node = [process.execPath, '--conditions=@viaduct/source', BIN, 'run', file];
  const writes = ['pwrite64', 'write', 'writev', 'sendto', 'sendmsg', 'fsync', 'fdatasync'];
  const trace = [...writes, 'read', 'recvfrom'];
  broker = startTraced(node, { trace, bytesMax: BYTES_MAX });
  const probe = new Agent();
  const answers = async (): Promise<boolean> => (await send(port, probe, 'ev-first-0')) > 0;
  await waitFor(answers, { timeoutMs: TIMEOUT_MS, what: 'the broker to answer' });
  probe.destroy();
}

describe('a broker', () => {
  it(
    'answers 2xx only after the sync that covers the event',
    async () => {
      const port = await freePort();
      await start(port);
      const statuses = await Promise.all(
        Array.from({ length: CONNECTIONS }, async (_, connection) => {
          const agent = new Agent({ keepAlive: true, maxSockets: 1 });
          const found: number[] = [];
          for (let n = 1; n <= EVENTS_EACH; n += 1) {
            found.push(await send(port, agent, `ev-${connection}-${n}-end`));
          }
          agent.destroy();
          return found;
        }),
      );
      const ok = statuses.flat().filter((status) => status >= 200 && status < 300).length;
      expect(ok).toBe(CONNECTIONS * EVENTS_EACH);
      broker?.signal('SIGTERM');
      await broker?.ended;
      const calls = broker?.calls() ?? [];
      const acknowledgements = httpAcknowledgements(calls, /ev-\d+-\d+-end/);
      expect(acknowledgements).toHaveLength(ok);
      const isSegment = (file: string): boolean =>
        file.startsWith(`${folder}/data/segment-`) && file.includes('.db');
      expect(brokenOrder(calls, acknowledgements, isSegment)).toEqual([]);
      const unsynced = calls.filter(({ name }) => !name.includes('sync'));
      expect(brokenOrder(unsynced, acknowledgements, isSegment)).toHaveLength(ok);
    },
    TIMEOUT_MS,
  );
});
