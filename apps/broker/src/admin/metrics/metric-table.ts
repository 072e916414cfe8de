/**
 * Every metric of the broker: what docs/metrics.md lists and `/metrics` exposes. Figures come from
 * the engine's status, the journal and the adapters at the moment of the scrape; nothing is counted
 * twice. Labels are names of the configuration or words of closed or bounded lists.
 */
import type { RunnerState, SinkStatus, SourceStatus } from '@viaduct/engine';
import type { JournalStats } from '@viaduct/journal';
import type { Flow } from '../flow-counts.ts';

/** What a scrape looks at. */
export interface MetricView {
  readonly version: string;
  readonly node: string;
  readonly isReady: boolean;
  readonly watchers: number;
  readonly sources: readonly SourceStatus[];
  readonly sinks: readonly SinkStatus[];
  readonly flows: readonly Flow[];
  /** What adapters counted, by `<source or sink>.<word>`. */
  readonly counts: ReadonlyMap<string, number>;
  /** Missing while no broker runs. */
  readonly journal?: {
    readonly stats: JournalStats;
    readonly deadLetters: number;
    readonly retentionBytes: number;
    readonly diskFreeBytes: number | undefined;
  };
}

/** One series of a metric. */
export interface MetricValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One metric. */
export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly labels: readonly string[];
  readonly help: string;
  readonly values: (view: MetricView) => readonly MetricValue[];
}

const STATES: readonly RunnerState[] = [
  'new',
  'connecting',
  'connected',
  'waiting',
  'blocked',
  'paused',
  'gave-up',
  'closed',
];

function one(value: number | undefined): readonly MetricValue[] {
  return value === undefined ? [] : [{ labels: {}, value }];
}

type Figure<T> = (status: T) => number | undefined;

function ofSources(
  name: string,
  type: Metric['type'],
  help: string,
  figure: Figure<SourceStatus>,
): Metric {
  const values = ({ sources }: MetricView): readonly MetricValue[] =>
    sources.flatMap((source) => {
      const value = figure(source);
      return value === undefined ? [] : [{ labels: { source: source.name }, value }];
    });
  return { name: `viaduct_source_${name}`, type, labels: ['source'], help, values };
}

function ofSinks(
  name: string,
  type: Metric['type'],
  help: string,
  figure: Figure<SinkStatus>,
): Metric {
  const values = ({ sinks }: MetricView): readonly MetricValue[] =>
    sinks.flatMap((sink) => {
      const value = figure(sink);
      return value === undefined ? [] : [{ labels: { sink: sink.name }, value }];
    });
  return { name: `viaduct_sink_${name}`, type, labels: ['sink'], help, values };
}

/** A figure for each word that a source counted. */
function ofWords(
  name: string,
  label: string,
  help: string,
  words: (status: SourceStatus) => Readonly<Record<string, number>>,
): Metric {
  const values = ({ sources }: MetricView): readonly MetricValue[] =>
    sources.flatMap((source) =>
      Object.entries(words(source)).map(([word, value]) => ({
        labels: { source: source.name, [label]: word },
        value,
      })),
    );
  return {
    name: `viaduct_source_${name}`,
    type: 'counter',
    labels: ['source', label],
    help,
    values,
  };
}

function states(
  role: 'source' | 'sink',
  list: (view: MetricView) => readonly { readonly name: string; readonly state: RunnerState }[],
): Metric {
  return {
    name: `viaduct_${role}_state`,
    type: 'gauge',
    labels: [role, 'state'],
    help: `1 for the state that the ${role} is in, 0 for each other: ${STATES.join(', ')}.`,
    values: (view) =>
      list(view).flatMap(({ name, state }) =>
        STATES.map((label) => ({
          labels: { [role]: name, state: label },
          value: label === state ? 1 : 0,
        })),
      ),
  };
}

const SOURCES: readonly Metric[] = [
  states('source', ({ sources }) => sources),
  ofSources('received_total', 'counter', 'Native messages received.', (s) => s.counters.deliveries),
  ofSources(
    'received_bytes_total',
    'counter',
    'Length of the texts that they are stored as, in UTF-8.',
    (s) => s.counters.bytes,
  ),
  ofSources('decoded_total', 'counter', 'Events decoded.', (s) => s.counters.decoded),
  ofSources(
    'no_event_total',
    'counter',
    'Native messages understood to be no event.',
    (s) => s.counters.noEvent,
  ),
  ofSources('ignored_total', 'counter', 'Events left out by `ignore`.', (s) => s.counters.ignored),
  ofWords(
    'dropped_total',
    'reason',
    'Events that trackers dropped, loops (`loop`, `trail-too-long`), echoes (`echo`), ' +
      'what a stop left (`stopped`).',
    (s) => s.counters.dropped,
  ),
  ofSources(
    'appended_total',
    'counter',
    'Events durably in the journal.',
    (s) => s.counters.appended,
  ),
  ofSources(
    'duplicates_total',
    'counter',
    'Events that the journal had already.',
    (s) => s.counters.duplicates,
  ),
  ofSources(
    'unrouted_total',
    'counter',
    'Events owed to no sink; a part of those appended.',
    (s) => s.counters.unrouted,
  ),
  ofSources(
    'dead_letters_total',
    'counter',
    'Deliveries that became dead letters.',
    (s) => s.counters.deadLetters,
  ),
  ofSources(
    'acknowledged_total',
    'counter',
    'Deliveries acknowledged to the peer.',
    (s) => s.counters.acknowledged,
  ),
  ofSources(
    'given_back_total',
    'counter',
    'Deliveries given back to the peer because the journal was full.',
    (s) => s.counters.givenBack,
  ),
  ofWords('notices_total', 'notice', 'Notices of trackers.', (s) => s.counters.notices),
  ofSources(
    'gaps_total',
    'counter',
    'Times that something of this source was missing.',
    (s) => s.counters.gaps,
  ),
  ofSources(
    'missed_total',
    'counter',
    'Events that are known to have been missed.',
    (s) => s.counters.missed,
  ),
  ofSources(
    'silences_total',
    'counter',
    'Times that nothing came for longer than `silenceAfterMs`.',
    (s) => s.counters.silences,
  ),
  ofSources(
    'connects_total',
    'counter',
    'Connections that came about.',
    (s) => s.counters.connects,
  ),
  ofSources('in_flight', 'gauge', 'Events decoded and not yet durable.', (s) => s.inFlight),
  ofSources('held', 'gauge', 'Events that trackers hold for their predecessor.', (s) => s.held),
  ofSources(
    'events_per_second',
    'gauge',
    'Events made durable in a second, over the last minute or so.',
    (s) => s.ratePerSecond,
  ),
  ofSources(
    'last_received_timestamp_seconds',
    'gauge',
    'When the last native message was received; missing before the first.',
    (s) => (s.lastReceivedAt === undefined ? undefined : s.lastReceivedAt / 1000),
  ),
];

const SINKS: readonly Metric[] = [
  states('sink', ({ sinks }) => sinks),
  ofSinks('claimed_total', 'counter', 'Events taken from the journal.', (s) => s.counters.claimed),
  ofSinks(
    'sent_total',
    'counter',
    'Events that left and nobody confirms (traps, ZeroMQ).',
    (s) => s.counters.sent,
  ),
  ofSinks(
    'delivered_total',
    'counter',
    'Events that the peer confirmed.',
    (s) => s.counters.delivered,
  ),
  ofSinks(
    'refused_total',
    'counter',
    'Attempts that a reachable peer refused.',
    (s) => s.counters.refused,
  ),
  ofSinks(
    'unavailable_total',
    'counter',
    'Events that came back because the peer was not to be reached.',
    (s) => s.counters.unavailable,
  ),
  ofSinks('retries_total', 'counter', 'Attempts after the first.', (s) => s.counters.retries),
  ofSinks(
    'send_timeouts_total',
    'counter',
    'Times that sending hung and the connection was made again.',
    (s) => s.counters.sendTimeouts,
  ),
  ofSinks('dead_letters_total', 'counter', 'Events given up.', (s) => s.counters.deadLetters),
  ofSinks(
    'gaps_total',
    'counter',
    'Times that the journal lost or dropped events that this sink was owed.',
    (s) => s.counters.gaps,
  ),
  ofSinks('missed_total', 'counter', 'Events in those gaps.', (s) => s.counters.missed),
  ofSinks(
    'losses_total',
    'counter',
    'Values that the dialect of the sink could not say.',
    (s) => s.counters.losses,
  ),
  ofSinks(
    'inventions_total',
    'counter',
    'Values that documented defaults filled in.',
    (s) => s.counters.inventions,
  ),
  ofSinks('connects_total', 'counter', 'Connections that came about.', (s) => s.counters.connects),
  ofSinks('in_flight', 'gauge', 'Events claimed and not durably settled.', (s) => s.claimed),
  ofSinks(
    'retrying',
    'gauge',
    'Refused events that wait for their next attempt.',
    (s) => s.retrying,
  ),
  ofSinks('held_back', 'gauge', 'Events that wait behind one of their key.', (s) => s.heldBack),
  ofSinks('pending', 'gauge', 'Events owed and not settled: the lag.', (s) => s.lag?.pending),
  ofSinks(
    'oldest_pending_age_seconds',
    'gauge',
    'How long the oldest event owed has been in the journal; 0 when none is.',
    (s) => s.oldestAgeMs / 1000,
  ),
  ofSinks(
    'events_per_second',
    'gauge',
    'Events sent or delivered in a second, over the last minute or so.',
    (s) => s.ratePerSecond,
  ),
];

/** All of them, but those of the process and the histogram of latencies. */
export const METRICS: readonly Metric[] = [
  {
    name: 'viaduct_build_info',
    type: 'gauge',
    labels: ['version', 'node'],
    help: 'Always 1; which version this is.',
    values: ({ version, node }) => [{ labels: { version, node }, value: 1 }],
  },
  {
    name: 'viaduct_ready',
    type: 'gauge',
    labels: [],
    help: 'Whether the journal is open and the engine runs.',
    values: ({ isReady }) => one(isReady ? 1 : 0),
  },
  ...SOURCES,
  ...SINKS,
  {
    name: 'viaduct_flow_events_total',
    type: 'counter',
    labels: ['source', 'sink'],
    help: 'Events by the source they came from and the sink they are owed to.',
    values: ({ flows }) =>
      flows.map(({ source, sink, events }) => ({ labels: { source, sink }, value: events })),
  },
  {
    name: 'viaduct_adapter_total',
    type: 'counter',
    labels: ['endpoint', 'what'],
    help: 'What adapters count beside, by source or sink: `overflow`, `returned`; see their pages.',
    values: ({ counts }) =>
      [...counts].map(([key, value]) => {
        const dot = key.lastIndexOf('.');
        return { labels: { endpoint: key.slice(0, dot), what: key.slice(dot + 1) }, value };
      }),
  },
  {
    name: 'viaduct_journal_entries',
    type: 'gauge',
    labels: [],
    help: 'Events kept in the journal.',
    values: ({ journal }) => one(journal?.stats.entries),
  },
  {
    name: 'viaduct_journal_bytes',
    type: 'gauge',
    labels: [],
    help: 'What the journal takes on the disk.',
    values: ({ journal }) => one(journal?.stats.bytes),
  },
  {
    name: 'viaduct_journal_retention_bytes',
    type: 'gauge',
    labels: [],
    help: 'What it may take (`broker.journal.retentionBytes`).',
    values: ({ journal }) => one(journal?.retentionBytes),
  },
  {
    name: 'viaduct_journal_disk_free_bytes',
    type: 'gauge',
    labels: [],
    help: 'Free space of the file system that it is on.',
    values: ({ journal }) => one(journal?.diskFreeBytes),
  },
  {
    name: 'viaduct_dead_letters',
    type: 'gauge',
    labels: [],
    help: 'Dead letters that wait for an operator.',
    values: ({ journal }) => one(journal?.deadLetters),
  },
  {
    name: 'viaduct_admin_watchers',
    type: 'gauge',
    labels: [],
    help: 'Clients that follow the live stream of events.',
    values: ({ watchers }) => one(watchers),
  },
];
