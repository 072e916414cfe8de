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
}

/** No sessions yet; each lasts `sessionMs`. */
export function createSessions(clock: Clock, sessionMs: number): Sessions {
  const byDigest = new Map<string, { principal: Principal; expiresAt: number }>();
  const keyOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
  return {
    begin: (principal) => {
      for (const [key, { expiresAt }] of byDigest) {
        if (expiresAt <= clock.now() || byDigest.size >= SESSIONS_MAX) byDigest.delete(key);
        else break; // In the order in which they were begun, which is that in which they expire.
      }
      const secret = randomBytes(SESSION_BYTES).toString('base64url');
      const expiresAt = clock.now() + sessionMs;
      byDigest.set(keyOf(secret), { principal, expiresAt });
      return { secret, expiresAt };
    },
    find: (secret) => {
      const session = byDigest.get(keyOf(secret));
      return session !== undefined && session.expiresAt > clock.now()
        ? session.principal
        : undefined;
    },
    end: (secret) => {
      byDigest.delete(keyOf(secret));
    },
  };
}
