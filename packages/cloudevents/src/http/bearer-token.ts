import { createHash, timingSafeEqual } from 'node:crypto';

/** What a request shows to be let in. */
export interface Credentials {
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  /** The query of the URL, without `?`. */
  readonly query: string | undefined;
}

/**
 * Whether a request shows the token, in either of the two ways of RFC 6750 that the webhook
 * specification asks for (clause 3). Takes the same time wherever two tokens differ.
 */
export function showsToken({ authorization, query }: Credentials, token: string): boolean {
  const bearer = /^Bearer +([^\s]+) *$/i.exec(authorization ?? '')?.[1];
  const shown = bearer ?? new URLSearchParams(query ?? '').get('access_token') ?? '';
  // Digests are of one length, whatever was shown.
  return timingSafeEqual(digest(shown), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
