/** What the commands of `viaduct events` do. */
import type { Severity } from '@viaduct/core';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type {
  DeliveryState,
  EventDetails,
  EventQuery,
  FoundEvent,
  Operations,
} from '../operations/operations.ts';
import { systemClock } from '../system-clock.ts';
import type { Streams } from './carry-out.ts';
import { BrokerError } from '../errors.ts';
import { LIST_COLUMNS } from './event-columns.ts';
import { eventForm, type EventFormFlags } from './event-form.ts';
import { shown, shownTime, table } from './table.ts';
import { timeArgument } from './time-argument.ts';

/** How `viaduct events` was asked for. */
export interface EventsOptions extends EventFormFlags {
  /** The same as `from`; one of them. */
  readonly since?: string;
  readonly from?: string;
  readonly to?: string;
  readonly source?: string;
  readonly sink?: string;
  readonly kind?: string;
  readonly subject?: string;
  readonly type?: string;
  readonly text?: string;
  readonly severity?: Severity;
  readonly oldest: boolean;
  readonly after?: number;
  readonly max: number;
}

/** Finds events; those of a page are shown as they are found, the newest first if not told else. */
export async function findEvents(
  { events }: Operations,
  options: EventsOptions,
  { output, errors }: Streams,
): Promise<ExitCode> {
  const { max } = options;
  const form = eventForm(options, LIST_COLUMNS);
  const query = queryOf(options);
  const signal = new AbortController().signal;
  const found: FoundEvent[] = [];
  let next = options.after;
  do {
    const paged = { ...query, max: max - found.length };
    const page = await events.search(
      next === undefined ? paged : { ...paged, after: next },
      signal,
    );
    for (const warning of page.warnings) await errors.write(`${warning}\n`);
    if (form.kind === 'texts') for (const one of page.events) await output.write(form.text(one));
    found.push(...page.events);
    next = page.next;
  } while (next !== undefined && found.length < max);
  if (form.kind === 'columns') {
    const titles = form.columns.map(({ title }) => title);
    const rows = found.map((one) => form.columns.map(({ text }) => text(one)));
    if (rows.length === 0) await errors.write('No such event.\n');
    else await output.write(table(titles, rows, output.columns));
  }
  if (next !== undefined) await errors.write(`There are more: --after ${String(next)}\n`);
  return EXIT.ok;
}

function queryOf(options: EventsOptions): EventQuery {
  const now = systemClock.now();
  if (options.since !== undefined && options.from !== undefined) {
    throw new BrokerError('VIA_BROKER_USAGE', '--since and --from together. Say one of them.');
  }
  const {
    from = options.since,
    to,
    source,
    sink,
    kind,
    subject,
    type,
    text,
    severity,
    oldest,
  } = options;
  return {
    order: oldest ? 'oldest' : 'newest',
    ...(from === undefined
      ? {}
      : { from: timeArgument(options.from === undefined ? '--since' : '--from', from, now) }),
    ...(to === undefined ? {} : { to: timeArgument('--to', to, now) }),
    ...(source === undefined ? {} : { source }),
    ...(sink === undefined ? {} : { sink }),
    ...(kind === undefined ? {} : { kind }),
    ...(subject === undefined ? {} : { subject }),
    ...(type === undefined ? {} : { type }),
    ...(text === undefined ? {} : { text }),
    ...(severity === undefined ? {} : { severity }),
  };
}

/** Longest line of a message that is shown to people, in characters. */
const LINE_LENGTH_MAX = 4_000;

/** Shows one event; rejects with `VIA_BROKER_REQUEST` where the journal has none of that id. */
export async function showEvent(
  { events }: Operations,
  id: string,
  json: boolean,
  { output }: Streams,
): Promise<ExitCode> {
  const details = await events.get(id, new AbortController().signal);
  if (details === undefined) {
    throw new BrokerError('VIA_BROKER_REQUEST', `there is no event ${shown(id)} in the journal`);
  }
  if (json) await output.write(`${JSON.stringify(details)}\n`);
  else await output.write(detailsText(details));
  return EXIT.ok;
}

function detailsText({
  at,
  source,
  replay,
  native,
  deliveries,
  others,
  event,
}: EventDetails): string {
  const line = (name: string, text: string): string =>
    `${name.padEnd(10)}${shown(text, LINE_LENGTH_MAX)}\n`;
  let text = line('stored', shownTime(at)) + line('source', source);
  if (replay !== undefined) text += line('replay', replay.id);
  for (const delivery of deliveries) text += line('sink', deliveryText(delivery));
  if (others.length > 0) text += line('again', `${String(others.length)} times in the journal`);
  if (native !== undefined) text += line('message', `${native.dialect} ${native.text}`);
  return `${text}event\n${JSON.stringify(event, null, 2)}\n`;
}

function deliveryText({ sink, state, deadLetter, attempts }: DeliveryState): string {
  if (deadLetter !== undefined) return `${sink}: dead letter ${String(deadLetter)}`;
  const last = attempts.at(-1);
  const why = last === undefined ? '' : `, refused ${shownTime(last.at)}: ${last.message}`;
  const ask = state === 'waiting' ? ' ("viaduct status" says whether it can be reached)' : '';
  return `${sink}: ${state}${why}${ask}`;
}
