/**
 * What tests of the commands stand on: a broker with one source and one route, which leads to two
 * receivers. Operators know them as the network manager, which may refuse, and the archive.
 */
import { randomUUID } from 'node:crypto';
import { waitFor } from '@viaduct/testkit';
import { expect, onTestFinished } from 'vitest';
import type { LetterSummary } from '../src/operations/operations.ts';
import { startReceiver, stateOf, WebBroker, type Receiver } from './web-broker.ts';

/** How long events may take to arrive on a slow machine, milliseconds. */
export const ARRIVAL_MS = 60_000;

/** See the file's comment. */
export interface WebScene {
  readonly nms: Receiver;
  readonly archive: Receiver;
  /** Not started yet, unless said otherwise. */
  readonly broker: WebBroker;
}

/** Sets a scene up for the test under way, which ends all three when it is over. */
export async function openWebScene(): Promise<WebScene> {
  const [nms, archive] = [await openReceiver(), await openReceiver()];
  const broker = await WebBroker.create({ nms, archive });
  onTestFinished(() => broker.remove());
  return { nms, archive, broker };
}

async function openReceiver(): Promise<Receiver> {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  return receiver;
}

/**
 * A scene whose broker runs, and in which the manager refused the states of the machines 1 to
 * `count` for good, and the archive took them. The dead letters have the numbers of the machines:
 * one event follows the other, for a sink asks for several at once.
 */
export async function openRefusedScene(count: number): Promise<WebScene> {
  const scene = await openWebScene();
  const { nms, archive, broker } = scene;
  nms.status = 422;
  await broker.start();
  for (let vm = 1; vm <= count; vm += 1) {
    await broker.post(stateOf(String(vm), 'failed', randomUUID()));
    const isRefused = async (): Promise<boolean> => (await lettersOf(broker)).length === vm;
    await waitFor(isRefused, { what: `letter ${String(vm)}`, timeoutMs: ARRIVAL_MS });
  }
  await arrived(archive, count);
  return scene;
}

/**
 * A scene whose broker runs, and whose manager was taken out of the configuration while it was
 * owed the states of two machines; the archive took them.
 */
export async function openRetiredScene(): Promise<WebScene> {
  const scene = await openWebScene();
  const { nms, archive, broker } = scene;
  nms.status = 503;
  await broker.start();
  for (const vm of ['1', '2']) await broker.post(stateOf(vm, 'failed', randomUUID()));
  await arrived(archive, 2);
  await broker.stop();
  await broker.configure({ archive }, ['archive']);
  await broker.start();
  return scene;
}

/** What `viaduct dlq list` tells of a broker that runs or not. */
export async function lettersOf(
  broker: WebBroker,
  ...args: readonly string[]
): Promise<readonly LetterSummary[]> {
  const { code, stdout } = await broker.run('dlq', 'list', '--json', ...args);
  expect(code).toBe(0);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LetterSummary);
}

/** Waits until a receiver took so many events in all, and not one more. */
export async function arrived({ taken, url }: Receiver, count: number): Promise<void> {
  const what = `${String(count)} events at ${url}`;
  await waitFor(() => taken.length === count, { what, timeoutMs: ARRIVAL_MS });
}
