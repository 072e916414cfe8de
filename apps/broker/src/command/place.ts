/** Which broker a command is about: a configuration file, or a data folder alone. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { BrokerConnection, RemoteAddress } from '../admin/connection.ts';
import type { AdapterEntry } from '../adapters.ts';
import type { Configuration } from '../config/configuration.ts';
import { loadConfiguration } from '../config/load-configuration.ts';
import { formatProblem } from '../config/problem.ts';
import { BrokerError } from '../errors.ts';
import type { Operations } from '../operations/operations.ts';
import { systemClock } from '../system-clock.ts';

/** The configuration file that is read where none is named. */
export const DEFAULT_FILE = 'viaduct.yaml';

/** What the options of {@link withPlace} give. */
export interface PlaceFlags {
  readonly config?: string;
  readonly data?: string;
  /** Of a broker that is asked over a network. */
  readonly url?: string;
}

/** The option that names the configuration, for commands that cannot do without one. */
export function configOption(): Option {
  return new Option('-c, --config <file>', 'the configuration file')
    .env('VIADUCT_CONFIG')
    .default(DEFAULT_FILE);
}

/** The same for commands that have to know whether somebody wrote it. */
export function optionalConfigOption(): Option {
  const otherwise = `default: $VIADUCT_CONFIG, else ${DEFAULT_FILE}`;
  return new Option('-c, --config <file>', `the configuration file (${otherwise})`);
}

/** Adds the options that say which broker is meant. */
export function withPlace(command: Command): Command {
  return command
    .addOption(optionalConfigOption())
    .option('--data <folder>', 'the data folder: no configuration is needed to look at it')
    .option('--url <url>', 'a broker elsewhere: its admin API; its token in VIADUCT_TOKEN');
}

/** The broker elsewhere that the options or `VIADUCT_URL` name; the options come first. */
function remoteOf({ config, data, url }: PlaceFlags): RemoteAddress | undefined {
  const { VIADUCT_URL, VIADUCT_TOKEN: token = '' } = process.env;
  const isHere = config !== undefined || data !== undefined;
  const named = url ?? (isHere || VIADUCT_URL === '' ? undefined : VIADUCT_URL);
  if (named === undefined) return undefined;
  const parsed = URL.parse(named);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    const advice = 'Write it like https://broker.example.org:8443.';
    throw new BrokerError('VIA_BROKER_USAGE', `${named} is no address of a broker. ${advice}`);
  }
  return { url: parsed, ...(token === '' ? {} : { token }) };
}

/** The data folder that the options say; the configuration is read where it has to be. */
async function folderOf(
  { config, data }: PlaceFlags,
  adapters: readonly AdapterEntry[],
): Promise<string> {
  if (data !== undefined) return resolve(data);
  return (await goodConfiguration(config ?? defaultFile(), adapters)).broker.data;
}

/** A connection to the running broker that the options say; without one it is an error. */
export async function connectToPlace(
  flags: PlaceFlags,
  adapters: readonly AdapterEntry[],
): Promise<BrokerConnection> {
  const { openConnection, remoteConnection } = await import('../admin/connection.ts');
  const remote = remoteOf(flags);
  if (remote !== undefined) return remoteConnection(remote);
  const folder = await folderOf(flags, adapters);
  const connection = await openConnection(folder);
  if (connection !== undefined) return connection;
  const advice = 'Start it with "viaduct run"; what is stored is shown by "viaduct events".';
  throw new BrokerError('VIA_ADMIN_CONNECTION', `no broker runs on ${folder}. ${advice}`);
}

/**
 * Opens what the options say: the running broker, else its folder. With `--data` the configuration
 * is only read where it is named, too.
 */
export async function openPlace(
  flags: PlaceFlags,
  purpose: 'look' | 'change',
  adapters: readonly AdapterEntry[],
): Promise<Operations> {
  const remote = remoteOf(flags);
  if (remote !== undefined) {
    const { remoteConnection } = await import('../admin/connection.ts');
    const { remoteOperations } = await import('../admin/client.ts');
    return remoteOperations(remoteConnection(remote));
  }
  const { openOperations } = await import('../operations/open-operations.ts');
  const common = { for: purpose, clock: systemClock };
  if (flags.config === undefined && flags.data !== undefined) {
    return openOperations({ ...common, folder: resolve(flags.data) });
  }
  const configuration = await goodConfiguration(flags.config ?? defaultFile(), adapters);
  const folder = flags.data === undefined ? configuration.broker.data : resolve(flags.data);
  return openOperations({ ...common, folder, configuration });
}

/** What is meant where neither a file nor a folder is named. */
export function defaultFile(): string {
  const { VIADUCT_CONFIG: named = '' } = process.env;
  return named === '' ? DEFAULT_FILE : named;
}

/** A configuration that is good; what is wrong with one that is not is the message of the error. */
export async function goodConfiguration(
  file: string,
  adapters: readonly AdapterEntry[],
): Promise<Configuration> {
  const advice = 'With --data FOLDER no configuration is needed to look, or if the broker runs.';
  if (!existsSync(file)) {
    throw new BrokerError('VIA_BROKER_USAGE', `there is no file ${file}. ${advice}`);
  }
  const loaded = await loadConfiguration(file, adapters, process.env);
  if (loaded.ok) return loaded.value;
  const problems = loaded.error.map((problem) => `${formatProblem(file, problem)}\n`).join('');
  throw new BrokerError(
    'VIA_BROKER_USAGE',
    `the configuration is not good. ${advice}\n${problems}`,
  );
}
