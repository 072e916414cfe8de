/** What the commands of `viaduct dlq` do. */
import type { DeadLetter, Stage } from '@viaduct/journal';
import { BrokerError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type {
  DiscardResult,
  LetterFilter,
  LetterReplayRequest,
  LetterSelection,
  LetterSummary,
  Operations,
} from '../operations/operations.ts';
import type { Output } from '../output.ts';
import { systemClock } from '../system-clock.ts';
import { confirm } from './confirm.ts';
import type { Streams } from './carry-out.ts';
import { shown, shownTime, table } from './table.ts';
import { timeArgument } from './time-argument.ts';

/** The options that choose letters. */
export interface LetterFlags {
  readonly stage?: Stage;
  readonly code?: string;
  readonly source?: string;
  readonly sink?: string;
  readonly from?: string;
  readonly to?: string;
  readonly text?: string;
}

/** How `viaduct dlq list` was asked for. */
export interface ListOptions extends LetterFlags {
  readonly after?: number;
  readonly max: number;
  readonly json: boolean;
}

const TITLES: readonly string[] = ['ID', 'TIME', 'STAGE', 'SOURCE', 'SINK', 'CODE', 'REASON'];

/** Lists letters, and says where to go on. */
export async function listLetters(
  { deadLetters }: Operations,
  flags: ListOptions,
  { output, errors }: Streams,
): Promise<void> {
  const { after, max, json } = flags;
  const paged = after === undefined ? { max } : { max, after };
  const { letters, next } = await deadLetters.list({ ...filterOf(flags), ...paged });
  if (json) {
    for (const letter of letters) await output.write(`${JSON.stringify(letter)}\n`);
  } else if (letters.length === 0) {
    await output.write('There is no such dead letter.\n');
  } else {
    await output.write(table(TITLES, letters.map(rowOf), output.columns));
  }
  if (next !== undefined) await errors.write(`There are more: --after ${String(next)}\n`);
}

function rowOf({ id, at, stage, source, sink, code, reason }: LetterSummary): readonly string[] {
  return [String(id), shownTime(at), stage, source, sink ?? '-', code, reason];
}

/** Longest line of a message that is shown to people, in characters. */
const LINE_LENGTH_MAX = 4_000;

/** Shows one letter; rejects with `VIA_BROKER_REQUEST` where there is none of that number. */
export async function showLetter(
  { deadLetters }: Operations,
  id: number,
  json: boolean,
  { output }: Streams,
): Promise<ExitCode> {
  const letter = await deadLetters.get(id);
  if (letter === undefined) {
    throw new BrokerError('VIA_BROKER_REQUEST', `there is no dead letter ${String(id)}`);
  }
  if (json) await output.write(`${JSON.stringify(letter)}\n`);
  else await writeLetter(letter, output);
  return EXIT.ok;
}

async function writeLetter(letter: DeadLetter, output: Output): Promise<void> {
  const { id, at, stage, code, reason, source, sink, attempts, event, native, original } = letter;
  const line = (name: string, text: string): string =>
    `${name.padEnd(10)}${shown(text, LINE_LENGTH_MAX)}\n`;
  let text = line('letter', `${String(id)}, made at ${shownTime(at)}`);
  text += line('stage', stage) + line('code', code) + line('reason', reason);
  text += line('source', source);
  if (sink !== undefined) text += line('sink', sink);
  for (const [index, attempt] of attempts.entries()) {
    const { at: tried, code: why, message } = attempt;
    text += line(`attempt ${String(index + 1)}`, `${shownTime(tried)} ${why}: ${message}`);
  }
  if (original !== undefined) {
    const { bytes, sha256 } = original;
    text += line('original', `${String(bytes)} bytes, SHA-256 ${sha256}`);
  }
  if (native !== undefined) text += line('message', `${native.dialect} ${native.text}`);
  await output.write(text);
  if (event !== undefined) await output.write(`event\n${JSON.stringify(event, null, 2)}\n`);
}

/** What `viaduct dlq replay` asks for. */
export function replayRequestOf(
  ids: readonly number[],
  flags: LetterFlags & {
    readonly all: boolean;
    readonly route: boolean;
    readonly toSink?: readonly string[];
    readonly rate?: number;
  },
): LetterReplayRequest {
  const { all, route, toSink, rate } = flags;
  return {
    letters: selectionOf(ids, flags, all),
    route,
    ...(toSink === undefined ? {} : { sinks: toSink }),
    ...(rate === undefined ? {} : { ratePerSecond: rate }),
  };
}

/** How `viaduct dlq discard` was asked for. */
export interface DiscardOptions extends LetterFlags {
  readonly all: boolean;
  readonly reason: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Says how many would go, asks, and throws them away. */
export async function discardLetters(
  { deadLetters }: Operations,
  ids: readonly number[],
  flags: DiscardOptions,
  streams: Streams,
): Promise<ExitCode> {
  const { reason, dryRun, yes, json } = flags;
  const request = { letters: selectionOf(ids, flags, flags.all), reason };
  const signal = new AbortController().signal;
  const tell = async (result: DiscardResult, word: string): Promise<void> => {
    if (json) await streams.output.write(`${JSON.stringify(result)}\n`);
    else await streams.output.write(discardText(result, word));
  };
  if (dryRun || !yes) {
    const result = await deadLetters.discard({ ...request, dryRun: true }, signal);
    if (dryRun || !json) await tell(result, 'to discard');
    if (dryRun || result.discarded === 0) return EXIT.ok;
    if (!(await confirm(streams, signal))) return EXIT.ok;
  }
  await tell(await deadLetters.discard(request, signal), 'discarded');
  return EXIT.ok;
}

function discardText({ discarded, byCode }: DiscardResult, word: string): string {
  const lines = Object.entries(byCode).map(([code, count]) => `  ${String(count)}  ${code}\n`);
  return `${String(discarded)} dead letter${discarded === 1 ? '' : 's'} ${word}\n${lines.join('')}`;
}

/** By number, or by filter; all of them only where that is said. */
function selectionOf(ids: readonly number[], flags: LetterFlags, all: boolean): LetterSelection {
  const filter = filterOf(flags);
  const isFiltered = Object.keys(filter).length > 0;
  if ([ids.length > 0, isFiltered, all].filter(Boolean).length === 1) {
    return ids.length > 0 ? { ids } : { filter };
  }
  throw new BrokerError(
    'VIA_BROKER_USAGE',
    'say which letters: by number, or by options such as --sink and --code, or --all; one of these.',
  );
}

function filterOf({ from, to, stage, code, source, sink, text }: LetterFlags): LetterFilter {
  const now = systemClock.now();
  return {
    ...(stage === undefined ? {} : { stage }),
    ...(code === undefined ? {} : { code }),
    ...(source === undefined ? {} : { source }),
    ...(sink === undefined ? {} : { sink }),
    ...(text === undefined ? {} : { text }),
    ...(from === undefined ? {} : { from: timeArgument('--from', from, now) }),
    ...(to === undefined ? {} : { to: timeArgument('--to', to, now) }),
  };
}
