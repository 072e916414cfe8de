/** A broker at one moment, in two short tables. */
import type { BrokerConnection } from '../admin/connection.ts';
import type { SinkBody, SourceBody, StatusBody } from '../admin/status-body.ts';
import { BrokerError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Output } from '../output.ts';
import { coloursFor } from './colours.ts';
import { shown, shownTime, table } from './table.ts';

const SOURCE_TITLES = ['SOURCE', 'ADAPTER', 'STATE', 'RATE', 'RECEIVED', 'STORED', 'LAST'];

const SINK_TITLES = [
  ...['SINK', 'ADAPTER', 'STATE', 'RATE', 'OWED', 'OLDEST', 'SENT', 'DELIVERED', 'DEAD'],
];

/** Asks and prints. */
export async function showStatus(
  connection: BrokerConnection,
  { json }: { readonly json: boolean },
  { output }: { readonly output: Output },
): Promise<ExitCode> {
  const body = (await connection.json({ path: '/api/v1/status' })) as StatusBody | undefined;
  if (body === undefined) {
    throw new BrokerError('VIA_ADMIN_CONNECTION', 'what answers there is no broker');
  }
  await output.write(json ? `${JSON.stringify(body)}\n` : statusText(body, output));
  return EXIT.ok;
}

function statusText({ broker, state, sources, sinks, journal }: StatusBody, to: Output): string {
  const colours = coloursFor(to);
  const { name, version, startedAt, now } = broker;
  const head = `${colours.bold(shown(name))} ${state} since ${shownTime(startedAt)}, version ${version}`;
  const kept = `${count(journal.entries)} events in ${size(journal.bytes)}`;
  const letters = `${count(journal.deadLetters)} dead letters`;
  const tables = [
    fitted(
      SOURCE_TITLES,
      sources.map((source) => sourceRow(source, now)),
      to.columns,
    ),
    fitted(
      SINK_TITLES,
      sinks.map((sink) => sinkRow(sink, now)),
      to.columns,
    ),
  ];
  const errors = [...sources, ...sinks].flatMap(({ name: own, state: its, lastError }) =>
    lastError === undefined || its === 'connected'
      ? []
      : [
          `${own}: ${shown(lastError.message, ERROR_LENGTH_MAX)} (${age(now - lastError.at)} ago)\n`,
        ],
  );
  const trouble = errors.length === 0 ? [] : [errors.map((line) => colours.red(line)).join('')];
  return [`${head}\n${kept}, ${letters}\n`, ...tables, ...trouble].join('\n');
}

/** Below this many columns of a terminal the adapters are left out. */
const NARROW = 80;

function fitted(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | undefined,
): string {
  const isNarrow = columns !== undefined && columns < NARROW;
  const without = (row: readonly string[]) => row.filter((_, at) => !isNarrow || at !== 1);
  return table(without(titles), rows.map(without), columns);
}

/** Longest error that is shown, in characters. */
const ERROR_LENGTH_MAX = 300;

function sourceRow(source: SourceBody, now: number): readonly string[] {
  const { name, adapter, state, perSecond, counters, lastReceivedAt } = source;
  const last = lastReceivedAt === undefined ? '-' : `${age(now - lastReceivedAt)} ago`;
  const { deliveries, appended } = counters;
  const figures = [rate(perSecond.appended), count(deliveries), count(appended)];
  return [name, adapter, state, ...figures, last];
}

function sinkRow(sink: SinkBody, now: number): readonly string[] {
  const { name, adapter, state, perSecond, lag, counters } = sink;
  const oldest = lag?.oldestAt === undefined ? '-' : age(now - lag.oldestAt);
  const figures = [counters.sent, counters.delivered, counters.deadLetters].map(count);
  return [name, adapter, state, rate(perSecond.out), count(lag?.pending ?? 0), oldest, ...figures];
}

function count(figure: number): string {
  return String(figure);
}

function rate(perSecond: number): string {
  return perSecond === 0 ? '0' : perSecond.toFixed(perSecond < 10 ? 1 : 0);
}

const MIB = 1024 ** 2;

function size(bytes: number): string {
  return bytes < MIB ? `${(bytes / 1024).toFixed(0)} KiB` : `${(bytes / MIB).toFixed(1)} MiB`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
];

/** A length of time in its largest unit: `3d`, `12m`, `4s`. */
function age(ms: number): string {
  const [unit, unitMs] = UNITS.find(([, one]) => ms >= one) ?? ['s', 1_000];
  return `${String(Math.max(0, Math.floor(ms / unitMs)))}${unit}`;
}
