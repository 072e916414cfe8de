/**
 * The log with a limit for lines that say the same again and again. Everything is meant to log once
 * for an incident; this holds where a part of the broker, or a library, does not.
 */
import type { Clock, Logger, LogFields } from '@viaduct/core';
import { gatherLines } from './gathered-lines.ts';

/** Lines of one kind that are told within a minute; a reload or a start has some ten. */
const BURST_MAX = 20;

/** Of a message, so much makes its kind. */
const KIND_LENGTH_MAX = 160;

/** A log of which no kind of line floods. */
export interface LimitedLog extends Logger {
  /** Tells what was held back, and leaves no timer. */
  close(): void;
}

/** Lines of one level, source, sink, code and text, but for its numbers, are of one kind. */
export function limitLog(logger: Logger, clock: Clock): LimitedLog {
  const gathered = gatherLines(logger, clock, BURST_MAX);
  const tell =
    (level: keyof Logger) =>
    (fields: LogFields, message: string): void => {
      gathered.tell(kindOf(level, fields, message), { level, fields, message });
    };
  return {
    debug: tell('debug'),
    info: tell('info'),
    warn: tell('warn'),
    error: tell('error'),
    close: () => gathered.close(),
  };
}

function kindOf(level: string, { source, sink, code }: LogFields, message: string): string {
  const text = message.slice(0, KIND_LENGTH_MAX).replace(/[0-9a-f]*\d[0-9a-f]*/g, '#');
  return [level, source, sink, code, text].map((part) => JSON.stringify(part ?? '')).join('\n');
}
