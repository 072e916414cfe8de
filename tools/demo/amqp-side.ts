/** The AMQP side of the demo: simulated systems, and those who read what the broker writes. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { canLogIn } from './find-rabbitmq.ts';
import { startOpenstackSimulator } from './openstack-simulator.ts';
import { startBonfireSimulator, startCloudifySimulator } from './orchestrator-simulators.ts';
import { eventTypeOf } from './passages.ts';
import { type Reading, type Receiver, startListener, startReader } from './receivers.ts';
import type { Screen } from './screen.ts';

const REACHABLE_INTERVAL_MS = 2_000;

/** Where they meet. */
export interface AmqpPlace {
  readonly url: string;
  /** Part of the names of queues, so that two demos can share a server. */
  readonly run: string;
}

/** The parts of the demo on RabbitMQ. */
export interface AmqpSide {
  /** All of it runs, or there is no RabbitMQ so far. */
  readonly triedOnce: Promise<void>;
  /** All of it is stopped, after the signal. */
  readonly ended: Promise<void>;
}

/** Everything that speaks AMQP, as soon as a RabbitMQ lets it in. */
export function startAmqpSide(screen: Screen, place: AmqpPlace, signal: AbortSignal): AmqpSide {
  let tried = (): void => undefined;
  const triedOnce = new Promise<void>((resolve) => {
    tried = resolve;
  });
  return { triedOnce, ended: runAmqpSide(screen, place, signal, tried) };
}

async function runAmqpSide(
  screen: Screen,
  { url, run }: AmqpPlace,
  signal: AbortSignal,
  tried: () => void,
): Promise<void> {
  while (!(await canLogIn(url))) {
    tried();
    await delay(REACHABLE_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
  }
  const readings: readonly Reading[] = [
    { exchange: 'viaduct-demo-usage', who: 'BonFIRE user', show: eventTypeOf },
    { exchange: 'viaduct-demo-events', who: 'Cloudify hook', show: eventTypeOf },
  ];
  const parts: Receiver[] = [];
  try {
    const topic = `viaduct-demo-${run}`;
    parts.push(await startListener(url, 'viaduct-demo-bus', topic, screen));
    for (const reading of readings) parts.push(await startReader(url, reading, screen));
    parts.push(await startOpenstackSimulator(url, 'viaduct-demo-stack', 'notifications'));
    parts.push(await startBonfireSimulator(url, 'viaduct-demo-experiments'));
    parts.push(await startCloudifySimulator(url, 'viaduct-demo-workflows'));
    tried();
    if (!signal.aborted) await once(signal, 'abort');
  } catch (error) {
    tried();
    screen.warn(`! the simulated systems on RabbitMQ: ${(error as Error).message}`);
  }
  for (const part of parts) await part.stop();
}
