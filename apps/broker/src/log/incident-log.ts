/**
 * Lines of the log about single events: what became a dead letter, and what a tracker noticed (a
 * gap in a chain of states). The first of a kind is told at once; what follows within a minute is
 * counted into one line, so that a peer that sends nothing but rubbish cannot fill the log.
 */
import type { Clock, LogFields, Logger } from '@viaduct/core';
import type { EngineObserver } from '@viaduct/engine';
import { gatherLines } from './gathered-lines.ts';

/** Tells a log of incidents. */
export interface IncidentLog {
  readonly observer: Pick<EngineObserver, 'deadLettered' | 'noticed'>;
  /** Tells what is gathered, and leaves no timer. */
  close(): void;
}

/** An incident log with nothing to tell yet. */
export function createIncidentLog(logger: Logger, clock: Clock): IncidentLog {
  const gathered = gatherLines(logger, clock, 1);
  const tell = (kind: string, fields: LogFields, message: string): void =>
    gathered.tell(kind, { level: 'warn', fields, message });
  return {
    observer: {
      deadLettered: ({ stage, code, reason, source, sink }) => {
        const fields = { source, ...(sink === undefined ? {} : { sink }), code };
        tell(`${stage}\n${source}\n${sink ?? ''}\n${code}`, fields, `dead letter: ${reason}`);
      },
      noticed: (source, { name, subject, message }) => {
        const fields = { source, notice: name, ...(subject === undefined ? {} : { subject }) };
        tell(`notice\n${source}\n${name}`, fields, message);
      },
    },
    close: () => gathered.close(),
  };
}
