/** Who is signed in to the console: in memory, so that a restart signs everybody out. */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '@viaduct/core';
import type { Principal } from './principal.ts';

/** Sessions at a time; the oldest goes for a new one. */
const SESSIONS_MAX = 1_000;

const SESSION_BYTES = 32;

/** A session that was begun: `secret` goes into the cookie and is kept nowhere else. */
export interface Session {
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** See the file's comment. */
export interface Sessions {
  begin(principal: Principal): Session;
  find(secret: string): Principal | undefined;
  end(secret: string): void;
  /**
   * Calls `ended` once when the session is over, however it ends; at once where it is already.
   * Returns what calls that off.
   */
  follow(secret: string, ended: () => void): () => void;
}

/** A timer runs for a day at most: sessions may last longer than a timer can. */
const TIMER_MS_MAX = 86_400_000;

interface Kept {
  readonly principal: Principal;
  readonly expiresAt: number;
  readonly followers: Set<() => void>;
}

/** No sessions yet; each lasts `sessionMs`. */
export function createSessions(clock: Clock, sessionMs: number): Sessions {
  const byDigest = new Map<string, Kept>();
  const keyOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
  const forget = (key: string): void => {
    const followers = byDigest.get(key)?.followers ?? [];
    byDigest.delete(key);
    for (const ended of [...followers]) ended();
  };
  return {
    begin: (principal) => {
      for (const [key, { expiresAt }] of byDigest) {
        if (expiresAt <= clock.now() || byDigest.size >= SESSIONS_MAX) forget(key);
        else break; // In the order in which they were begun, which is that in which they expire.
      }
      const secret = randomBytes(SESSION_BYTES).toString('base64url');
      const expiresAt = clock.now() + sessionMs;
      byDigest.set(keyOf(secret), { principal, expiresAt, followers: new Set() });
      return { secret, expiresAt };
    },
    find: (secret) => {
      const session = byDigest.get(keyOf(secret));
      return session !== undefined && session.expiresAt > clock.now()
        ? session.principal
        : undefined;
    },
    end: (secret) => {
      forget(keyOf(secret));
    },
    follow: (secret, ended) => {
      const session = byDigest.get(keyOf(secret));
      if (session === undefined) {
        ended();
        return () => undefined;
      }
      const { expiresAt, followers } = session;
      let cancel = (): void => undefined;
      const leave = (): void => {
        followers.delete(tell);
        cancel();
      };
      const tell = (): void => {
        leave();
        ended();
      };
      const look = (): void => {
        const leftMs = expiresAt - clock.now();
        if (leftMs <= 0) tell();
        else cancel = clock.after(Math.min(leftMs, TIMER_MS_MAX), look);
      };
      followers.add(tell);
      look();
      return leave;
    },
  };
}
