/**
 * Lines of the log of one kind, told up to a number at once and counted from there on: one line a
 * minute says how many more there were. So trouble with every event cannot fill the log.
 */
import type { Clock, LogFields, Logger } from '@viaduct/core';

/** How long lines of one kind are gathered into one, milliseconds. */
const GATHER_MS = 60_000;

/** Kinds that are told apart at a time; any further are gathered as one. */
const KINDS_MAX = 256;

/** A line that may be told. */
export interface LogLine {
  readonly level: keyof Logger;
  readonly fields: LogFields;
  readonly message: string;
}

/** See the file's comment. */
export interface GatheredLines {
  /** Tells a line, or counts it with the others of its kind. */
  tell(kind: string, line: LogLine): void;
  /** Tells what is gathered, and leaves no timer. */
  close(): void;
}

/** What happened of one kind since the last minute began. */
interface Gathered {
  told: number;
  count: number;
  last: LogLine;
  cancel: () => void;
}

/** Nothing gathered yet. `burst`: lines of a kind that are told at once within a minute. */
export function gatherLines(logger: Logger, clock: Clock, burst: number): GatheredLines {
  const kinds = new Map<string, Gathered>();

  const tellMore = ({ count, last: { level, fields, message } }: Gathered): void => {
    const text = `${String(count)} more within a minute, the last: ${message}`;
    logger[level]({ ...fields, count }, text);
  };
  const follow = (kind: string, gathered: Gathered): void => {
    gathered.cancel = clock.after(GATHER_MS, () => {
      if (gathered.count === 0) {
        kinds.delete(kind);
        return;
      }
      tellMore(gathered);
      gathered.count = 0;
      follow(kind, gathered);
    });
  };

  return {
    tell: (wanted, line) => {
      const kind = kinds.has(wanted) || kinds.size < KINDS_MAX ? wanted : '';
      let gathered = kinds.get(kind);
      if (gathered === undefined) {
        gathered = { told: 0, count: 0, last: line, cancel: () => undefined };
        kinds.set(kind, gathered);
        follow(kind, gathered);
      }
      if (gathered.told < burst) {
        gathered.told += 1;
        logger[line.level](line.fields, line.message);
        return;
      }
      gathered.count += 1;
      gathered.last = line;
    },
    close: () => {
      for (const gathered of kinds.values()) {
        gathered.cancel();
        if (gathered.count > 0) tellMore(gathered);
      }
      kinds.clear();
    },
  };
}
