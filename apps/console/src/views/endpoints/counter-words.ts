/** What the engine and the adapters count, in words. */
import type { SinkBody, SourceBody } from '@viaduct/broker/admin-api';

/** A counter as it is shown. */
export interface CounterRow {
  readonly name: string;
  readonly words: string;
  readonly value: number;
}

const WORDS: Readonly<Record<string, string>> = {
  deliveries: 'Messages received',
  bytes: 'Length of them, in characters',
  decoded: 'Events decoded',
  noEvent: 'Messages that were understood to be no event',
  ignored: 'Events left out by “ignore”',
  appended: 'Events stored',
  duplicates: 'Events that the journal had already',
  unrouted: 'Events stored that no route led anywhere',
  deadLetters: 'Dead letters',
  acknowledged: 'Messages acknowledged',
  givenBack: 'Messages given back because the journal was full',
  gaps: 'Gaps told of',
  missed: 'Messages known to be missing',
  silences: 'Times that nothing came for too long',
  connects: 'Connections made',
  claimed: 'Events taken from the journal',
  sent: 'Events sent, confirmed by nobody',
  delivered: 'Events delivered, confirmed by the peer',
  refused: 'Attempts that the peer refused',
  unavailable: 'Events that came back because the peer was not to be reached',
  retries: 'Attempts after the first',
  sendTimeouts: 'Times that sending took too long',
  losses: 'Losses: values that the dialect could not say',
  inventions: 'Values that defaults filled in',
};

/** Every counter of a source or sink: the engine's in its order, then those of its adapter. */
export function counterRows({ counters, counts }: SourceBody | SinkBody): readonly CounterRow[] {
  return [...rowsOf(counters), ...rowsOf(counts)];
}

function rowsOf(counts: object): readonly CounterRow[] {
  return Object.entries(counts).flatMap(([name, value]: [string, unknown]) => {
    if (typeof value === 'number') return [{ name, words: WORDS[name] ?? name, value }];
    // A tally by word: `dropped`, `notices`.
    return Object.entries(value as Readonly<Record<string, number>>).map(([word, tallied]) => ({
      name: `${name}.${word}`,
      words: `${name}: ${word}`,
      value: tallied,
    }));
  });
}
