/** Which real peers stand around the broker in a scenario, and the configuration that follows. */
import type { SinkTerms } from '../oracle/history.ts';
import type { Sample } from '../oracle/sample.ts';

/** Where events come from: RabbitMQ, webhooks, informs. */
export type SourceName = 'nova' | 'hooks-in' | 'agents';

/** Where they go: a queue, webhooks, informs, traps, ZeroMQ subscribers, programs. */
export type SinkName = 'bus' | 'web' | 'nms' | 'traps' | 'one' | 'runner';

/** The surroundings of a broker. */
export interface Plan {
  readonly sources: readonly SourceName[];
  readonly sinks: readonly SinkName[];
  /** Events under way at each sink, and so the duplicates that one crash may cost it. */
  readonly claimMax?: number;
  /** RabbitMQ is reached through the fault proxy, receiving and sending each by its own. */
  readonly isProxied?: boolean;
  /** Messages that RabbitMQ hands over before they are acknowledged. */
  readonly prefetch?: number;
  /** Refusals of an event before it is given up. */
  readonly attemptsMax?: number;
  /** How long a receiver of webhooks may take to answer, milliseconds. */
  readonly webhookTimeoutMs?: number;
  /** Sinks that get events again by hand, and so later than what followed them. */
  readonly unordered?: readonly SinkName[];
  /** Keys of `broker.journal`. */
  readonly journal?: Readonly<Record<string, unknown>>;
}

/** The addresses that a configuration is made of. */
export interface Addresses {
  readonly amqpIn: string;
  readonly amqpOut: string;
  readonly exchangeIn: string;
  readonly exchangeOut: string;
  readonly webhookListen: number;
  readonly informListen: number;
  readonly webPort: number;
  readonly nmsPort: number;
  readonly trapsPort: number;
  readonly publisherPort: number;
  readonly hooksFile: string;
}

/** Small, so that the bound on duplicates can be broken. */
const CLAIM_MAX = 64;

/** The hook in the file of hooks, and with it the sink of it: `runner.page`. */
const HOOK = 'page';

/** What the broker calls the sink: each hook of a file is one of its own. */
export function sinkId(sink: SinkName): string {
  return sink === 'runner' ? `runner.${HOOK}` : sink;
}

/** Sinks that take everything; the others are routed what has failed alone. */
const TAKES_ALL: ReadonlySet<SinkName> = new Set(['bus', 'one']);

/** Sinks where nobody confirms. */
const UNCONFIRMED: ReadonlySet<SinkName> = new Set(['traps', 'one']);

/** The sinks of a plan that an event is owed to. */
export function owedTo(plan: Plan, { hasFailed }: Sample): readonly string[] {
  return plan.sinks.filter((sink) => hasFailed || TAKES_ALL.has(sink)).map(sinkId);
}

/** What is promised of a sink of a plan. */
export function termsOf(plan: Plan, sink: SinkName): SinkTerms {
  return {
    confirmed: !UNCONFIRMED.has(sink),
    ordered: plan.unordered?.includes(sink) !== true,
    duplicatesMax: plan.claimMax ?? CLAIM_MAX,
  };
}

/** The broker's configuration. */
export function configurationOf(plan: Plan, at: Addresses): object {
  const { claimMax = CLAIM_MAX, attemptsMax = 5 } = plan;
  const limits = { claimMax, attemptsMax };
  return {
    broker: {
      name: 'faults',
      data: './data',
      log: { format: 'json' },
      admin: { listen: 'none' },
      ...(plan.journal === undefined ? {} : { journal: plan.journal }),
    },
    sources: pickFrom(sourcesOf(plan, at), plan.sources),
    sinks: pickFrom(sinksOf(plan, at, limits), plan.sinks),
    routes: [
      { match: { state: 'failed' }, to: plan.sinks.filter((sink) => !TAKES_ALL.has(sink)) },
      { to: plan.sinks.filter((sink) => TAKES_ALL.has(sink)) },
    ]
      .filter(({ to }) => to.length > 0)
      // A route names the file of hooks; each hook takes its part of it.
      .map((route) => ({ from: plan.sources, ...route })),
  };
}

/** A longer queue than any run fills: what RabbitMQ drops after its confirm, nobody can deliver. */
const OWN_QUEUE = { queueMessagesMax: 5_000_000, exchangeCheckMs: 1_000 };

/** The heartbeat of AMQP connections: how soon a silent one is noticed. */
const HEARTBEAT_MS = 2_000;

function sourcesOf(plan: Plan, at: Addresses): Readonly<Record<SourceName, object>> {
  const { prefetch = 1_000 } = plan;
  const amqp = { url: at.amqpIn, heartbeatMs: HEARTBEAT_MS, prefetch };
  return {
    nova: { adapter: 'oslo', ...amqp, exchanges: [at.exchangeIn], ...OWN_QUEUE },
    'hooks-in': { adapter: 'cloudevents.http', listen: `127.0.0.1:${at.webhookListen}` },
    agents: { adapter: 'snmp', listen: [`127.0.0.1:${at.informListen}`], communities: ['public'] },
  };
}

function sinksOf(
  plan: Plan,
  at: Addresses,
  limits: { readonly claimMax: number; readonly attemptsMax: number },
): Readonly<Record<SinkName, object>> {
  const amqp = { url: at.amqpOut, heartbeatMs: HEARTBEAT_MS };
  const snmp = { adapter: 'snmp', community: 'public', coldStart: false };
  const web = { url: `http://127.0.0.1:${at.webPort}/`, retryAfterMs: 1_000 };
  const declared = { declare: 'never', durable: true };
  const timeoutMs = plan.webhookTimeoutMs ?? 30_000;
  return {
    bus: { adapter: 'oslo', ...amqp, exchange: at.exchangeOut, ...declared, ...limits },
    web: { adapter: 'cloudevents.http', ...web, timeoutMs, ...limits },
    nms: { ...snmp, target: `127.0.0.1:${at.nmsPort}`, inform: true, ...limits },
    traps: { ...snmp, target: `127.0.0.1:${at.trapsPort}`, ...limits },
    one: { adapter: 'opennebula', bind: `tcp://127.0.0.1:${at.publisherPort}`, ...limits },
    runner: { adapter: 'cloudify.hooks', file: at.hooksFile, ...limits },
  };
}

/** The file of hooks: one program for everything that is routed to it. */
export function hooksFileOf(program: readonly string[]): object {
  return { hooks: [{ name: HOOK, event_type: '*', command: program }] };
}

function pickFrom<Name extends string>(
  all: Readonly<Record<Name, object>>,
  names: readonly Name[],
): object {
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}
