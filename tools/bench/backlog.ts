/** Memory of a broker whose sink takes nothing, while events come in by the hundred thousand. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '@viaduct/testkit';
import { BrokerProcess } from '../faults/broker-process.ts';
import { startCast } from '../faults/cast.ts';
import { configurationOf, type Plan } from '../faults/plan.ts';
import { folderBytes, processFigures } from '../faults/process-figures.ts';
import type { Notebook } from '../oracle/ledger.ts';
import type { Rabbitmq } from '../peers/rabbitmq.ts';
import { printTable } from './figures.ts';

const STEPS = 10;

/** So long after the last of a step memory has settled; also how often the queue is looked at. */
const SETTLE_MS = 2_000;

/** A journal that holds all of it. */
const PLAN: Plan = {
  sources: ['nova'],
  sinks: ['nms'],
  journal: { retentionBytes: 64 * 1024 ** 3 },
};

/** Nothing is judged here. */
const BLANK: Notebook = {
  issue: () => undefined,
  acknowledge: () => undefined,
  arrive: () => undefined,
};

/** Publishes `events`, every one owed to a manager that is not there, and prints what it took. */
export async function benchBacklog(rabbitmq: Rabbitmq, events: number): Promise<void> {
  const cast = await startCast(PLAN, rabbitmq, BLANK, seededRandom(1));
  const configuration = configurationOf(PLAN, cast.addresses) as Record<string, unknown>;
  configuration.routes = [{ from: PLAN.sources, to: PLAN.sinks }];
  const broker = new BrokerProcess(configuration);
  const rows: Record<string, string>[] = [];
  try {
    cast.nms.isSilent = true;
    await broker.start();
    await broker.connected(PLAN.sources);
    const take = (undelivered: number): void => {
      const { rssBytes, descriptors } = processFigures(broker.pid);
      rows.push({
        undelivered: undelivered.toLocaleString('en'),
        memory: `${(rssBytes / 2 ** 20).toFixed(0)} MiB`,
        descriptors: String(descriptors),
        journal: `${(folderBytes(join(broker.folder, 'data')) / 2 ** 20).toFixed(0)} MiB`,
      });
    };
    take(0);
    for (let step = 1; step <= STEPS; step += 1) {
      await cast.nova?.issue(events / STEPS);
      await untilTaken(cast.rabbitmq, cast.vhost);
      await delay(SETTLE_MS);
      take((events / STEPS) * step);
    }
  } finally {
    await broker.kill();
    await cast.close();
  }
  printTable('Undelivered events and memory', rows);
}

/** Waits until the broker has taken everything out of its queue. */
async function untilTaken(rabbitmq: Rabbitmq, vhost: string): Promise<void> {
  const left = async (): Promise<number> => {
    const listed = await rabbitmq.ctl('list_queues', '-p', vhost, '--no-table-headers', 'messages');
    return listed.split('\n').reduce((sum, line) => sum + Number(line), 0);
  };
  while ((await left()) > 0) await delay(SETTLE_MS);
}
