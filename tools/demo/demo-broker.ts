/** The demo's broker: as `viaduct run` has it, in this process, with what passes on the screen. */
import { join, relative } from 'node:path';
import {
  ADAPTERS,
  createRunningBroker,
  formatProblem,
  liveOperations,
  loadConfiguration,
  observers,
  startAdmin,
  systemClock,
} from '@viaduct/broker';
import type { Logger } from '@viaduct/core';
import type { Engine } from '@viaduct/engine';
import { openJournal } from '@viaduct/journal/sqlite';
import { showPassages, type Totals } from './passages.ts';
import type { Screen } from './screen.ts';

const STOP_DEADLINE_MS = 5_000;

/** As it is shown: the demo is started in the repository's folder. */
const CONFIGURATION = relative(process.cwd(), join(import.meta.dirname, 'viaduct.yaml'));

/** It runs. */
export interface DemoBroker {
  readonly engine: Engine;
  /** Of the console; missing where its port was taken meanwhile. */
  readonly url: string | undefined;
  /** A clean stop; legal twice. */
  stop(): Promise<void>;
}

/** Starts it; `places` is what its configuration is filled with. */
export async function startDemoBroker(
  screen: Screen,
  places: Readonly<Record<string, string>>,
  totals: Totals,
): Promise<DemoBroker> {
  const loaded = await loadConfiguration(CONFIGURATION, ADAPTERS, places);
  if (!loaded.ok) {
    throw new Error(loaded.error.map((one) => formatProblem(CONFIGURATION, one)).join('\n'));
  }
  const configuration = loaded.value;
  const section = configuration.broker;
  const around = { adapters: ADAPTERS, environment: places, clock: systemClock };
  const logger = incidentLog(screen);
  const admin = await startAdmin({ ...around, broker: section, logger });
  const journal = await openJournal({
    folder: section.data,
    clock: systemClock,
    ...section.journal,
  });
  const isReachable = (sink: string): boolean =>
    broker.engine.status().sinks.find(({ name }) => name === sink)?.state === 'connected';
  const broker = createRunningBroker({
    ...around,
    configuration,
    journal,
    logger,
    random: Math.random,
    observer: observers([showPassages(screen, totals, isReachable), admin.observer]),
  });
  const operations = await liveOperations(broker);
  await admin.serve(broker, operations);
  await broker.start();
  const stop = async (): Promise<void> => {
    await broker.stop({ deadlineMs: STOP_DEADLINE_MS });
    admin.retire();
    await operations.close();
    await journal.close();
    await admin.close();
  };
  let stopped: Promise<void> | undefined;
  return { engine: broker.engine, url: admin.url, stop: () => (stopped ??= stop()) };
}

/**
 * Incidents are said once each; what is normal stays quiet. One missing RabbitMQ is one incident,
 * however many sources and sinks it is missing to.
 */
function incidentLog(screen: Screen): Logger {
  const said = new Set<string>();
  const say: Logger['warn'] = ({ source, sink, retryInMs }, message) => {
    if (retryInMs !== undefined && said.has(message)) return;
    if (retryInMs !== undefined) said.add(message);
    const where = source ?? sink;
    const again = retryInMs === undefined ? '' : '; tried again until it works';
    screen.warn(`! ${typeof where === 'string' ? `${where}: ` : ''}${message}${again}`);
  };
  return { debug: () => undefined, info: () => undefined, warn: say, error: say };
}
