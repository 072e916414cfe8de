/** Reloads when a file changes that the configuration speaks of: a `hooks.conf`, a secret. */
import { stat } from 'node:fs/promises';
import type { RunningBroker } from './running-broker.ts';
import type { Companion } from './companion.ts';

/** How often the files of secrets are looked at; rotation gives hours, people minutes. */
const SECRETS_CHECK_MS = 5_000;

/**
 * Follows the files of the configuration that the broker goes by, whichever that is: those that
 * sinks stand for, as their adapters watch them, and those that `${file:…}` names. TLS material is
 * read by the adapters themselves when they connect.
 */
export function watchFiles(broker: RunningBroker): Companion {
  const { logger, clock } = broker;
  let ends: readonly (() => void)[] = [];
  const reload = (): void => void broker.reload();
  const follow = (): void => {
    for (const end of ends) end();
    ends = broker.configuration.watches.map((watch) => watch({ clock, logger }, reload));
  };
  follow();
  const endSecrets = watchSecrets(broker, reload);
  const unlisten = broker.onReload({ done: ({ ok }) => (ok ? follow() : undefined) });
  return {
    close: async () => {
      unlisten();
      endSecrets();
      for (const end of ends) end();
      return Promise.resolve();
    },
  };
}

/** By time and inode: a mounted secret is replaced by a link to another folder. */
function watchSecrets(broker: RunningBroker, changed: () => void): () => void {
  let isOver = false;
  let cancel = (): void => undefined;
  let known: string | undefined;
  let seen: string | undefined;
  const look = async (): Promise<void> => {
    const { secretFiles } = broker.configuration;
    const stamp = (await Promise.all(secretFiles.map(stampOf))).join('\n');
    if (isOver) return;
    known ??= stamp;
    // Only what is the same at two looks has settled: several files are not replaced at once.
    if (stamp === seen && stamp !== known) {
      known = stamp;
      changed();
    }
    seen = stamp;
    cancel = broker.clock.after(SECRETS_CHECK_MS, () => void look());
  };
  void look();
  return () => {
    isOver = true;
    cancel();
  };
}

async function stampOf(file: string): Promise<string> {
  try {
    const { ino, mtimeMs, size } = await stat(file);
    return `${file} ${ino} ${mtimeMs} ${size}`;
  } catch {
    return 'not there';
  }
}
