/**
 * Lines of the log about single events: what became a dead letter, and what a tracker noticed (a
 * gap in a chain of states). The first of a kind is told at once; what follows within a minute is
 * counted into one line, so that a peer that sends nothing but rubbish cannot fill the log.
 */
import type { Clock, LogFields, Logger } from '@viaduct/core';
import type { EngineObserver } from '@viaduct/engine';

/** How long incidents of one kind are gathered into one line, milliseconds. */
const GATHER_MS = 60_000;

/** Kinds of incidents that are told apart at a time; any further are gathered as one. */
const KINDS_MAX = 256;

/** Tells a log of incidents. */
export interface IncidentLog {
  readonly observer: Pick<EngineObserver, 'deadLettered' | 'noticed'>;
  /** Tells what is gathered, and leaves no timer. */
  close(): void;
}

/** What happened of one kind since it was last told. */
interface Gathered {
  count: number;
  fields: LogFields;
  message: string;
  cancel: () => void;
}

/** An incident log with nothing to tell yet. */
export function createIncidentLog(logger: Logger, clock: Clock): IncidentLog {
  const kinds = new Map<string, Gathered>();

  const tellMore = (gathered: Gathered): void => {
    const { count, fields, message } = gathered;
    logger.warn(
      { ...fields, count },
      `${String(count)} more within a minute, the last: ${message}`,
    );
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
  const tell = (wanted: string, fields: LogFields, message: string): void => {
    const kind = kinds.has(wanted) || kinds.size < KINDS_MAX ? wanted : '';
    const known = kinds.get(kind);
    if (known !== undefined) {
      Object.assign(known, { count: known.count + 1, fields, message });
      return;
    }
    logger.warn(fields, message);
    const gathered: Gathered = { count: 0, fields, message, cancel: () => undefined };
    kinds.set(kind, gathered);
    follow(kind, gathered);
  };

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
    close: () => {
      for (const gathered of kinds.values()) {
        gathered.cancel();
        if (gathered.count > 0) tellMore(gathered);
      }
      kinds.clear();
    },
  };
}
