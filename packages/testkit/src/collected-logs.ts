import type { AdapterContext, Clock, LogFields, Logger } from '@viaduct/core';

import { systemClock } from './system-clock.ts';

/** One line of a log. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps its lines for a test to read. */
export interface CollectedLogs extends Logger {
  readonly lines: readonly LogLine[];
  /** The messages of one level. */
  messages(level: LogLine['level']): readonly string[];
}

/** A logger that keeps its lines. */
export function collectLogs(): CollectedLogs {
  const lines: LogLine[] = [];
  const keep =
    (level: LogLine['level']) =>
    (fields: LogFields, message: string): void => {
      lines.push({ level, message, fields });
    };
  return {
    lines,
    messages: (level) => lines.filter((line) => line.level === level).map((line) => line.message),
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
  };
}

/** What the composition root would hand to a source or sink, with everything kept for a test. */
export interface TestContext extends AdapterContext {
  readonly logger: CollectedLogs;
  /** What was counted, by name. */
  readonly counts: ReadonlyMap<string, number>;
}

/** A broker's id that is the same in every test. */
export const TEST_BROKER_ID = '6a8e1c52-0d8f-4b6e-9a37-3f1d2c4b5a60';

/** An {@link AdapterContext} for a test; the system's clock unless given one. */
export function testContext(clock: Clock = systemClock, name = 'test'): TestContext {
  const counts = new Map<string, number>();
  return {
    name,
    brokerId: TEST_BROKER_ID,
    logger: collectLogs(),
    clock,
    counts,
    count(what, by = 1) {
      counts.set(what, (counts.get(what) ?? 0) + by);
    },
  };
}
