/** The real command on a configuration, for tests with real peers on both sides. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logged, startViaduct, type LogLine, type Running } from '../viaduct-command.ts';

const STOP_TIMEOUT_MS = 30_000;

/** A folder with a configuration and its data, and the broker that runs on it. */
export interface LiveBroker {
  /** Holds the configuration and, in `data`, the journal. */
  readonly folder: string;
  pid(): number;
  log(): readonly LogLine[];
  /** Waits for a line of the present run's log. */
  logged(what: string, matches: (line: LogLine) => boolean): Promise<LogLine>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, as a power cut for the process. */
  kill(): Promise<void>;
  /** Starts it again on the same configuration and data, and waits until all is connected. */
  start(): Promise<void>;
  /** Puts another configuration in the place of the present one, and asks to apply it. */
  reload(configuration: string): Promise<void>;
  /** Ends it, if it still runs, and removes the folder. */
  remove(): Promise<void>;
}

/**
 * Starts a broker and waits until everything of `connected` (names of sources and sinks) says
 * that it is. The section `broker` is added to the configuration given.
 */
export async function startBroker(
  configuration: string,
  connected: readonly string[],
): Promise<LiveBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'viaduct-interop-'));
  const file = join(folder, 'viaduct.yaml');
  const header =
    'broker: { name: interop, data: ./data, admin: { listen: none }, log: { format: json } }\n';
  await writeFile(file, header + configuration);
  let running: Running | undefined;
  let ended = true;

  const current = (): Running => {
    if (!running) throw new Error('the broker was not started');
    return running;
  };
  const start = async (): Promise<void> => {
    const started = startViaduct(['run', '--config', file], { cwd: folder });
    running = started;
    ended = false;
    void started.ended.then(() => {
      if (running === started) ended = true;
    });
    for (const name of connected) {
      await logged(
        started,
        `${name} is connected`,
        (line) => line.msg === 'connected' && [line.source, line.sink].includes(name),
      );
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const { child, ended: gone } = current();
    child.kill(signal);
    const limit = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    const { code } = await gone;
    clearTimeout(limit);
    return code;
  };
  const broker: LiveBroker = {
    folder,
    pid: () => current().child.pid ?? 0,
    log: () => current().log(),
    logged: (what, matches) => logged(current(), what, matches),
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL');
    },
    start,
    reload: async (changed) => {
      await writeFile(file, header + changed);
      current().child.kill('SIGHUP');
    },
    remove: async () => {
      if (!ended) await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await start();
  } catch (error) {
    await broker.remove();
    throw error;
  }
  return broker;
}
