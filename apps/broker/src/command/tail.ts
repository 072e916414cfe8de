/** Follows the live stream of a broker, through its restarts. */
import { delay, type Severity } from '@viaduct/core';
import type { BrokerConnection } from '../admin/connection.ts';
import { BrokerError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { EventPage } from '../operations/operations.ts';
import { watchSignals } from '../stop-signal.ts';
import { systemClock } from '../system-clock.ts';
import type { Streams } from './carry-out.ts';
import { coloursFor } from './colours.ts';
import { LINE_COLUMNS, type ListedEvent } from './event-columns.ts';
import { type EventForm, eventForm, type EventFormFlags } from './event-form.ts';
import { createEventLines, type EventLines } from './event-lines.ts';
import { timeArgument } from './time-argument.ts';

/** Which events, and how they are told. */
export interface TailOptions extends EventFormFlags {
  readonly source?: string;
  readonly sink?: string;
  readonly kind?: string;
  readonly subject?: string;
  readonly type?: string;
  readonly severity?: Severity;
  readonly text?: string;
  readonly since?: string;
  /** First so many of those that are stored already. */
  readonly last?: number;
  readonly max?: number;
}

/** Pauses before a broker that went away is asked again, milliseconds: the last one repeats. */
const PAUSES_MS: readonly number[] = [250, 500, 1_000, 2_000, 5_000];

/** Events of a page of what was stored before. */
const PAGE = 500;

/** Tells events until a signal or `max` ends it. Rejects where the first connection fails. */
export async function tail(
  connect: () => Promise<BrokerConnection>,
  options: TailOptions,
  streams: Streams,
): Promise<ExitCode> {
  const form = eventForm(options, LINE_COLUMNS);
  if (options.since !== undefined && options.last !== undefined) {
    throw new BrokerError('VIA_BROKER_USAGE', '--since and --last together. Say one of them.');
  }
  const signals = watchSignals();
  const stopping = new AbortController();
  void signals.requested.then(() => stopping.abort());
  try {
    await new Follower(connect, { ...options, form }, streams, stopping.signal).run();
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    signals.close();
  }
  return EXIT.ok;
}

interface FollowerOptions extends TailOptions {
  readonly form: EventForm;
}

class Follower {
  readonly #connect: () => Promise<BrokerConnection>;
  readonly #options: FollowerOptions;
  readonly #streams: Streams;
  readonly #signal: AbortSignal;
  readonly #lines: EventLines | undefined;
  /** The last position that was looked at: where it goes on. */
  #after = 0;
  #told = 0;
  #failures = 0;

  constructor(
    connect: () => Promise<BrokerConnection>,
    options: FollowerOptions,
    streams: Streams,
    signal: AbortSignal,
  ) {
    this.#connect = connect;
    this.#options = options;
    this.#streams = streams;
    this.#signal = signal;
    const { output } = streams;
    const { form } = options;
    if (form.kind === 'columns')
      this.#lines = createEventLines(form.columns, output, coloursFor(output));
  }

  async run(): Promise<void> {
    const connection = await this.#connect();
    const { output } = this.#streams;
    // Into a pipe it would be a line that is no event.
    if (output.isTerminal && this.#lines !== undefined) await output.write(this.#lines.title());
    await this.#begin(connection);
    let live: BrokerConnection | undefined = connection;
    while (!this.#isDone()) {
      try {
        live ??= await this.#connect();
        await this.#follow(live);
      } catch (error) {
        this.#signal.throwIfAborted();
        if (!isAway(error)) throw error;
        await this.#away();
      }
      live = undefined;
    }
  }

  #isDone(): boolean {
    return this.#told >= (this.#options.max ?? Infinity);
  }

  /** Where the journal ends now, and what was stored since a time. */
  async #begin(connection: BrokerConnection): Promise<void> {
    const newest = await page(connection, { order: 'newest', max: '1' }, this.#signal);
    const last = newest.events[0]?.position ?? 0;
    const { since, last: wanted } = this.#options;
    if (since !== undefined) await this.#showSince(connection, since);
    else if (wanted !== undefined) await this.#showLast(connection, wanted);
    this.#after = Math.max(this.#after, last);
  }

  async #showSince(connection: BrokerConnection, since: string): Promise<void> {
    const from = String(Math.trunc(timeArgument('--since', since, systemClock.now())));
    const query = { ...this.#filter(), order: 'oldest', max: String(PAGE), from };
    let next: number | undefined;
    do {
      const at = next === undefined ? query : { ...query, after: String(next) };
      const found = await page(connection, at, this.#signal);
      for (const event of found.events) await this.#show(event);
      ({ next } = found);
    } while (next !== undefined && !this.#isDone());
  }

  /** Found from the newest on, and told in their order. */
  async #showLast(connection: BrokerConnection, wanted: number): Promise<void> {
    const events: ListedEvent[] = [];
    let next: number | undefined;
    do {
      const max = String(Math.min(PAGE, wanted - events.length));
      const query = { ...this.#filter(), order: 'newest', max };
      const at = next === undefined ? query : { ...query, after: String(next) };
      const found = await page(connection, at, this.#signal);
      events.push(...found.events);
      ({ next } = found);
    } while (next !== undefined && events.length < wanted);
    for (const event of events.reverse()) await this.#show(event);
  }

  async #follow(connection: BrokerConnection): Promise<void> {
    const query = new URLSearchParams({
      ...this.#filter(),
      view: 'event',
      after: String(this.#after),
    });
    const path = `/api/v1/events/live?${query.toString()}`;
    for await (const { event, data } of connection.events({ path, signal: this.#signal })) {
      if (this.#failures > 0) await this.#note('The broker is there again.');
      this.#failures = 0;
      if (event === 'event') await this.#show(data as ListedEvent);
      else if (event === 'dropped') await this.#dropped(data as Dropped);
      if (this.#isDone()) return;
    }
    // It was said to be over: the broker stops.
    await this.#away();
  }

  async #dropped(dropped: Dropped): Promise<void> {
    await this.#note(droppedText(dropped));
    // Positions begin anew in another folder: those up to here are not what was shown already.
    if (dropped.reason === 'unknown') this.#after = 0;
  }

  async #show(event: ListedEvent): Promise<void> {
    if (event.position <= this.#after || this.#isDone()) return;
    const { form } = this.#options;
    const text = form.kind === 'texts' ? form.text(event) : this.#lines?.line(event);
    await this.#streams.output.write(text ?? '');
    this.#after = event.position;
    this.#told += 1;
  }

  async #away(): Promise<void> {
    if (this.#failures === 0) await this.#note('The broker has gone; waiting for it …');
    const pause = PAUSES_MS[Math.min(this.#failures, PAUSES_MS.length - 1)] ?? 0;
    this.#failures += 1;
    await delay(systemClock, pause, this.#signal);
  }

  #filter(): Readonly<Record<string, string>> {
    const { source, sink, kind, subject, type, severity, text } = this.#options;
    const fields = { source, sink, kind, subject, type, severity, text };
    return Object.fromEntries(
      Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
  }

  async #note(text: string): Promise<void> {
    const { errors } = this.#streams;
    await errors.write(`${coloursFor(errors).yellow(text)}\n`);
  }
}

async function page(
  connection: BrokerConnection,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<EventPage> {
  const text = new URLSearchParams(query).toString();
  return (await connection.json({ path: `/api/v1/events?${text}`, signal })) as EventPage;
}

/** Not there at the moment, or not yet ready: worth waiting for. */
function isAway(error: unknown): boolean {
  const codes: readonly string[] = ['VIA_ADMIN_CONNECTION', 'VIA_ADMIN_NOT_RUNNING'];
  return error instanceof BrokerError && codes.includes(error.code);
}

interface Dropped {
  readonly count?: number;
  readonly reason: string;
}

function droppedText({ count, reason }: Dropped): string {
  if (reason === 'behind') return 'Too much was stored meanwhile: some events are not shown.';
  if (reason === 'unknown') {
    return 'The broker has another data folder now; what was stored in it before now is not shown.';
  }
  const events = count === 1 ? '1 event was' : `${String(count ?? 'Some')} events were`;
  return `${events} too fast for this reader and not shown; "viaduct events" has them.`;
}
