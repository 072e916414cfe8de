/**
 * The admin API of one broker: what watches the engine for it, and two servers with the same
 * routes, one behind a socket in the data folder for commands, one behind TCP for people and
 * programs. It answers before the broker is up and after it has stopped; only `serve` makes it tell
 * of a broker.
 */
import { setMaxListeners } from 'node:events';
import packageJson from '@viaduct/broker/package.json' with { type: 'json' };
import type { Clock, Logger } from '@viaduct/core';
import type { EngineObserver } from '@viaduct/engine';
import type { FastifyInstance } from 'fastify';
import type { AdapterEntry } from '../adapters.ts';
import type { BrokerSection } from '../config/configuration.ts';
import { adminAddress, isLoopback } from '../config/read-admin.ts';
import type { Operations } from '../operations/operations.ts';
import type { RunningBroker } from '../running/running-broker.ts';
import type { Door } from './access.ts';
import { createAuditLog } from './audit-log.ts';
import type { AdminContext, ServedBroker } from './context.ts';
import { createFlowCounts } from './flow-counts.ts';
import { createLatencyBook } from './latencies.ts';
import { listenOnNetwork, listenOnSocket } from './listen.ts';
import { createLiveTail, WATCHERS_MAX } from './live-tail.ts';
import { createLongWork } from './long-work.ts';
import { createExposition } from './metrics/metrics.ts';
import { createPace } from './pace.ts';
import { createPasswordBook, createTokenBook } from './principal.ts';
import { createRecentDeliveries } from './recent-deliveries.ts';
import { createRouteFailures } from './route-failures.ts';
import { createServer } from './server.ts';
import { createSessions } from './sessions.ts';
import { storePoint } from './status-body.ts';

/** What {@link startAdmin} is told. */
export interface AdminOptions {
  readonly broker: Pick<BrokerSection, 'name' | 'data' | 'admin'>;
  readonly adapters: readonly AdapterEntry[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** A started admin API. */
export interface Admin {
  /** Has to see what passes the engine, beside any other observer. */
  readonly observer: EngineObserver;
  /** Where the console is: `http://127.0.0.1:8080/`; missing where TCP is off or its port taken. */
  readonly url: string | undefined;
  /** The socket, from `serve` on; missing where it could not be made. */
  readonly socket: string | undefined;
  /** A broker is there: its journal is open, and with it the data folder is its own. */
  serve(broker: RunningBroker, operations: Operations): Promise<void>;
  /** Tells of no broker any more, but answers on. */
  retire(): void;
  /** Ends all streams and connections. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts it; `/livez` is answered when this resolves. Rejects with a `BrokerError`
 * (`VIA_ADMIN_PORT_IN_USE`, `VIA_ADMIN_LISTEN`, `VIA_ADMIN_FILE`) where what is configured cannot
 * be.
 */
export async function startAdmin(options: AdminOptions): Promise<Admin> {
  const { logger, broker } = options;
  const closing = new AbortController();
  // One for each stream; Node takes more than ten for a leak.
  setMaxListeners(2 * WATCHERS_MAX, closing.signal);
  const state: { served: ServedBroker | undefined } = { served: undefined };
  const context = await createContext(options, closing.signal, () => state.served);
  const servers: FastifyInstance[] = [];
  const door = doorOf(options);
  let url: string | undefined;
  if (door !== undefined) {
    const network = await createServer(context, door);
    servers.push(network);
    url = await listenOnNetwork(network, broker.admin, logger);
  }
  let socket: string | undefined;
  const close = async (): Promise<void> => {
    state.served = undefined;
    closing.abort();
    context.pace.close();
    await Promise.all(servers.splice(0).map((server) => server.close()));
    await context.audit.close();
  };
  return {
    observer: observerOf(context),
    get url() {
      return url;
    },
    get socket() {
      return socket;
    },
    serve: async (running, operations) => {
      state.served = { broker: running, operations };
      if (socket !== undefined) return;
      const local = await createServer(context, { kind: 'socket' });
      servers.push(local);
      socket = await listenOnSocket(local, broker.data, logger);
    },
    retire: () => {
      state.served = undefined;
    },
    close,
  };
}

async function createContext(
  options: AdminOptions,
  closing: AbortSignal,
  served: () => ServedBroker | undefined,
): Promise<AdminContext> {
  const { broker, adapters, environment, logger, clock } = options;
  const { admin } = broker;
  const flows = createFlowCounts();
  const latencies = createLatencyBook(clock);
  const tell = (name: string, token: string, file: string): void => {
    // Not in the log, which others keep: only once, to whoever starts it.
    process.stderr.write(`viaduct: a token for "${name}" was made in ${file}: ${token}\n`);
  };
  const parts = {
    name: broker.name,
    version: packageJson.version,
    startedAt: clock.now(),
    settings: admin,
    environment,
    adapters,
    clock,
    logger,
    tokens: createTokenBook(admin.tokens, tell),
    passwords: await createPasswordBook(admin.users),
    sessions: createSessions(clock, admin.sessionMs),
    audit: createAuditLog(broker.data, clock, logger),
    live: createLiveTail(clock),
    work: createLongWork(clock),
    flows,
    routeFailures: createRouteFailures(clock),
    latencies,
    deliveries: createRecentDeliveries(clock),
    pace: createPace(
      clock,
      () => {
        const status = served()?.broker.engine.status();
        if (status === undefined) return undefined;
        return { status, flows: flows.list(), latencies: latencies.histograms() };
      },
      async () => {
        const running = served();
        return running === undefined ? undefined : storePoint(running.broker);
      },
    ),
    closing,
    served,
  };
  return { ...parts, exposition: createExposition(parts) };
}

function observerOf(context: AdminContext): EngineObserver {
  const { live, flows, latencies, deliveries, routeFailures } = context;
  return {
    appended: (source, entries, results) => {
      flows.add(source, entries, results);
      live.add(source, entries, results);
    },
    settled: (sink, claimed, outcomes) => {
      latencies.add(sink, claimed, outcomes);
      deliveries.add(sink, claimed, outcomes);
    },
    deadLettered: (letter) => routeFailures.add(letter),
  };
}

function doorOf({ broker }: AdminOptions): Door | undefined {
  const { listen, tokens, users, hosts, tls } = broker.admin;
  const address = adminAddress(listen);
  if (address === undefined) return undefined;
  const isGuarded = tokens.length + users.length > 0;
  const { host } = address;
  const shown = host.includes(':') ? `[${host}]` : host;
  const names = ['localhost', '127.0.0.1', '[::1]', shown, ...hosts];
  const isOpen = isGuarded && !isLoopback(host) && hosts.length === 0;
  return {
    kind: 'network',
    isTls: tls !== undefined,
    hosts: isOpen ? undefined : new Set(names.map((name) => name.toLowerCase())),
    isGuarded,
  };
}
