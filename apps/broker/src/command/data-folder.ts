import type { AdapterEntry } from '../adapters.ts';
import { loadConfiguration } from '../config/load-configuration.ts';
import { formatProblem } from '../config/problem.ts';
import { BrokerError } from '../errors.ts';

/** Where the broker of a configuration file keeps its journal, for commands that look at it. */
export async function dataFolderOf(
  file: string,
  adapters: readonly AdapterEntry[],
): Promise<string> {
  const loaded = await loadConfiguration(file, adapters, process.env);
  if (loaded.ok) return loaded.value.broker.data;
  const problems = loaded.error.map((problem) => `${formatProblem(file, problem)}\n`).join('');
  const advice = 'With --data FOLDER no configuration is needed.';
  throw new BrokerError(
    'VIA_BROKER_USAGE',
    `the configuration is not good. ${advice}\n${problems}`,
  );
}
