/** Applies a change of the files that configured sinks stand for. */
import type { Clock, Logger } from '@viaduct/core';
import type { Configuration } from './config/configuration.ts';

/** A watch over the files of one configuration. */
export interface PartsChange {
  /** The configuration to go on with, once a file has changed and the whole can be used. */
  readonly applied: Promise<Configuration>;
  close(): void;
}

/** Follows the files of a configuration; what cannot be used changes nothing. */
export function watchParts(
  { watches }: Configuration,
  reload: () => Promise<Configuration | undefined>,
  logger: Logger,
  clock: Clock,
): PartsChange {
  const { promise: applied, resolve } = Promise.withResolvers<Configuration>();
  const changed = (): void => {
    void reload().then((configuration) => {
      if (configuration !== undefined) resolve(configuration);
    });
  };
  const ends = watches.map((watch) => watch({ clock, logger }, changed));
  return {
    applied,
    close: () => {
      for (const end of ends) end();
    },
  };
}
