import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@viaduct/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../../../tools/peers/free-port.ts';
import { started, startViaduct, type Running } from '../viaduct-command.ts';
import { startReceiver, stateOf } from '../web-broker.ts';
import { startCollector, type Collector } from './collector.ts';

const PATIENCE = { timeoutMs: 60_000 } as const;
const SENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const ID = '0198c0de-1111-7000-8000-00000000000a';

interface StartOptions {
  readonly name: string;
  readonly port: number;
  readonly collector: string;
  readonly to: string;
  readonly ratio?: number;
}

async function startBroker({ name, port, collector, to, ratio = 0 }: StartOptions) {
  const folder = await mkdtemp(join(tmpdir(), 'viaduct-traces-'));
  await writeFile(
    join(folder, 'viaduct.yaml'),
    `
broker:
  name: ${name}
  data: ./data
  admin: { listen: none }
  traces: { endpoint: "${collector}", ratio: ${String(ratio)}, headers: { x-key: hunter2 } }
sources: { web: { adapter: cloudevents.http, listen: "127.0.0.1:${String(port)}" } }
sinks: { next: { adapter: cloudevents.http, url: "${to}", mode: structured } }
routes: [{ from: web, to: next }]
`,
  );
  const running = startViaduct(['run'], { cwd: folder });
  onTestFinished(async () => {
    running.child.kill('SIGKILL');
    await running.ended;
    await rm(folder, { recursive: true, force: true });
  });
  await started(running);
  await waitFor(() => isListening(port), PATIENCE);
  return running;
}

function isListening(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${String(port)}/`).then(
    () => true,
    () => false,
  );
}

async function post(port: number, headers: Readonly<Record<string, string>>, id = ID) {
  const answer = await fetch(`http://127.0.0.1:${String(port)}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json', ...headers },
    body: JSON.stringify(stateOf('42', 'running', id)),
  });
  expect(answer.status).toBeLessThan(300);
}

async function collector(): Promise<Collector> {
  const started = await startCollector();
  onTestFinished(() => started.close());
  return started;
}

async function stop(running: Running): Promise<void> {
  running.child.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
}

it('an event through two brokers is one trace, from its sender to its receiver', async () => {
  const traces = await collector();
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const [first, second] = [await freePort(), await freePort()];
  await startBroker({ name: 'far', port: second, collector: traces.url, to: receiver.url });
  const far = `http://127.0.0.1:${String(second)}/`;
  await startBroker({ name: 'near', port: first, collector: traces.url, to: far });
  await post(first, { traceparent: SENT });
  await waitFor(() => receiver.taken.length === 1 && traces.spans.length >= 6, PATIENCE);
  const span = (service: string, name: string) =>
    traces.spans.find((one) => one.service === service && one.name === name);
  const [, traceId, spanId] = SENT.split('-');
  expect(new Set(traces.spans.map((one) => one.traceId))).toEqual(new Set([traceId]));
  expect(span('near', 'receive web')?.parentSpanId).toBe(spanId);
  expect(span('near', 'append')?.parentSpanId).toBe(span('near', 'receive web')?.spanId);
  expect(span('near', 'deliver next')?.parentSpanId).toBe(span('near', 'receive web')?.spanId);
  expect(span('far', 'receive web')?.parentSpanId).toBe(span('near', 'deliver next')?.spanId);
  expect(span('far', 'deliver next')?.parentSpanId).toBe(span('far', 'receive web')?.spanId);
  const sent = `00-${traceId ?? ''}-${span('far', 'deliver next')?.spanId ?? ''}-01`;
  expect(receiver.taken[0]?.traceparent).toBe(sent);
  expect(traces.requests[0]).toMatchObject({ path: '/v1/traces', headers: { 'x-key': 'hunter2' } });
});

it('begins traces of its own where the ratio says so, and stops with the last spans sent', async () => {
  const traces = await collector();
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const port = await freePort();
  const to = receiver.url;
  const running = await startBroker({ name: 'a', port, collector: traces.url, to, ratio: 1 });
  await post(port, {});
  await waitFor(() => receiver.taken.length === 1, PATIENCE);
  await stop(running);
  expect(traces.spans.map(({ name }) => name).sort()).toEqual([
    'append',
    'deliver next',
    'receive web',
  ]);
});

it('a collector that is not there costs no event and one line of the log', async () => {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const [port, nobody] = [await freePort(), await freePort()];
  const dead = `http://127.0.0.1:${String(nobody)}`;
  const to = receiver.url;
  const running = await startBroker({ name: 'a', port, collector: dead, to, ratio: 1 });
  const isTold = (): boolean =>
    running.log().some(({ code }) => code === 'VIA_BROKER_TRACES_DROPPED');
  for (let count = 0; count < 50; count += 1) {
    await post(port, {}, `0198c0de-1111-7000-8000-0000000000${String(count + 10)}`);
  }
  await waitFor(() => receiver.taken.length === 50 && isTold(), PATIENCE);
  await stop(running);
  const told = running.log().filter(({ code }) => code === 'VIA_BROKER_TRACES_DROPPED');
  expect(told).toHaveLength(1);
  expect(running.stderr()).not.toContain('hunter2');
});
