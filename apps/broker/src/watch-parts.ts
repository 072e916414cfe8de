/** Reloads when a file changes that configured sinks stand for: a `hooks.conf`. */
import type { RunningBroker } from './running-broker.ts';
import type { Service } from './service.ts';

/** Follows the files of the configuration that the broker goes by, whichever that is. */
export function watchParts(broker: RunningBroker): Service {
  const { logger, clock } = broker;
  let ends: readonly (() => void)[] = [];
  const follow = (): void => {
    const { watches } = broker.configuration;
    ends = watches.map((watch) => watch({ clock, logger }, changed));
  };
  const unfollow = (): void => {
    for (const end of ends) end();
    ends = [];
  };
  const changed = (): void => {
    void broker.reload().then((report) => {
      if (!report.ok) return;
      unfollow();
      follow();
    });
  };
  follow();
  return {
    close: async () => {
      unfollow();
      return Promise.resolve();
    },
  };
}
