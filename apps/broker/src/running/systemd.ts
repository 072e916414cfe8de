/**
 * Tells a service manager where the broker stands: the protocol of sd_notify(3), which systemd and
 * Podman understand.
 *
 *   READY=1                        it runs (again)
 *   RELOADING=1 MONOTONIC_USEC=…   it applies its configuration file; READY=1 follows
 *   STOPPING=1                     it stops
 *   STATUS=…                       one line for people
 *   WATCHDOG=1                     it is well; within WATCHDOG_USEC, or it is restarted
 *
 * Node has no datagram sockets of the Unix kind, so the messages go through `systemd-notify`. They
 * come from a child process then: the unit needs `NotifyAccess=all`.
 */
import { spawn } from 'node:child_process';
import type { Clock, Logger } from '@viaduct/core';
import type { RunningBroker } from './running-broker.ts';
import type { Companion } from './companion.ts';

/** What the service manager is told through. */
export interface Systemd {
  /** The broker runs: from now on reloads are told, and that it is well. */
  ready(broker: RunningBroker): void;
  /** The broker stops. Waits until the manager has heard it. */
  stopping(): Promise<void>;
}

/** What a {@link Systemd} works with. */
export interface SystemdOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** The command; part of systemd. */
const COMMAND = 'systemd-notify';

/** How long one message may take. */
const MESSAGE_MS = 2_000;

/** One that hears everything, where the environment names one; else one that hears nothing. */
export function findSystemd(options: SystemdOptions): Systemd {
  const { environment, logger, clock } = options;
  const socket = environment['NOTIFY_SOCKET'];
  if (socket === undefined || socket === '') {
    return { ready: () => undefined, stopping: () => Promise.resolve() };
  }
  const tell = messenger(socket, environment['PATH'], logger);
  let follow: Companion | undefined;
  return {
    ready: (broker) => {
      void tell('READY=1', `STATUS=${statusOf(broker)}`);
      const unlisten = broker.onReload({
        begins: () => void tell('RELOADING=1', `MONOTONIC_USEC=${monotonicUsec()}`),
        done: ({ ok }) => {
          const status = ok ? statusOf(broker) : 'the configuration file has problems, see the log';
          void tell('READY=1', `STATUS=${status}`);
        },
      });
      const intervalMs = watchdogIntervalMs(environment);
      const endWatchdog =
        intervalMs === undefined ? () => undefined : feedWatchdog(broker, clock, intervalMs, tell);
      follow = {
        close: () => {
          unlisten();
          endWatchdog();
          return Promise.resolve();
        },
      };
    },
    stopping: async () => {
      await follow?.close();
      await tell('STOPPING=1', 'STATUS=stopping');
    },
  };
}

type Tell = (...message: readonly string[]) => Promise<void>;

/** Sends messages one after the other; what cannot be sent is said once. */
function messenger(socket: string, path: string | undefined, logger: Logger): Tell {
  let last = Promise.resolve();
  let isSaid = false;
  const send = async (message: readonly string[]): Promise<void> => {
    const failure = await notify(socket, path, message);
    if (failure === undefined || isSaid) return;
    isSaid = true;
    const text = `the service manager cannot be told: ${failure}; unset NOTIFY_SOCKET or mend that`;
    logger.warn({ message: message[0] }, text);
  };
  return (...message) => {
    last = last.then(() => send(message));
    return last;
  };
}

/** Resolves with what went wrong, in words. */
function notify(
  socket: string,
  path: string | undefined,
  message: readonly string[],
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(COMMAND, [...message], {
      env: { NOTIFY_SOCKET: socket, ...(path === undefined ? {} : { PATH: path }) },
      stdio: 'ignore',
      timeout: MESSAGE_MS,
    });
    child.once('error', ({ message: reason }) => resolve(`${COMMAND}: ${reason}`));
    child.once('close', (code) => {
      resolve(code === 0 ? undefined : `${COMMAND} ended with ${String(code ?? 'a signal')}`);
    });
  });
}

/** Half of what it may be silent, as sd_watchdog_enabled(3) advises; only if it is meant for us. */
function watchdogIntervalMs(environment: SystemdOptions['environment']): number | undefined {
  const usec = Number(environment['WATCHDOG_USEC']);
  const pid = environment['WATCHDOG_PID'];
  const isOurs = pid === undefined || Number(pid) === process.pid;
  return isOurs && usec > 0 ? usec / 2_000 : undefined;
}

/** The timer itself shows that the event loop turns; the engine has failed when its journal has. */
function feedWatchdog(
  { engine }: RunningBroker,
  clock: Clock,
  intervalMs: number,
  tell: Tell,
): () => void {
  let cancel = (): void => undefined;
  const feed = (): void => {
    if (engine.status().state !== 'failed') void tell('WATCHDOG=1');
    cancel = clock.after(intervalMs, feed);
  };
  feed();
  return () => cancel();
}

/** CLOCK_MONOTONIC, which is what `hrtime` reads on Linux. */
function monotonicUsec(): string {
  return String(process.hrtime.bigint() / 1_000n);
}

function statusOf({ configuration }: RunningBroker): string {
  const { sources, sinks, routes, file } = configuration;
  return `${sources.length} sources, ${routes.length} routes, ${sinks.length} sinks of ${file}`;
}
