import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { TransportError, type Clock } from '@viaduct/core';

/** How one call is made. */
export interface CallOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** A longer answer is given up. */
  readonly answerBytesMax: number;
  readonly signal: AbortSignal;
}

/** Posts a document and gives the answer's text. Rejects with a `TransportError`. */
export function post(body: string, options: CallOptions): Promise<string> {
  const { url, clock, timeoutMs, answerBytesMax, signal } = options;
  const target = new URL(url);
  // Credentials in the URL would stand in the log with it.
  const place = `${target.protocol}//${target.host}${target.pathname}`;
  return new Promise((resolve, reject) => {
    const start = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const bytes = Buffer.from(body);
    const outgoing = start(target, {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset=utf-8', 'content-length': bytes.length },
      signal,
      agent: false, // a call a minute at most: nothing to keep open
    });
    const cancel = clock.after(timeoutMs, () => {
      outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`));
    });
    const fail = (error: Error): void => {
      cancel();
      const message = `${place}: ${error.message}`;
      reject(new TransportError('retry', 'VIA_OPENNEBULA_RESYNC_UNREACHABLE', message));
    };
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      const pieces: Buffer[] = [];
      let length = 0;
      response.on('error', fail);
      response.on('data', (piece: Buffer) => {
        length += piece.length;
        pieces.push(piece);
        if (length <= answerBytesMax) return;
        outgoing.destroy(new Error(`its answer is longer than ${answerBytesMax} bytes`));
      });
      response.on('end', () => {
        cancel();
        if (response.statusCode === 200) resolve(Buffer.concat(pieces).toString('utf8'));
        else fail(new Error(`it answers HTTP ${String(response.statusCode)}`));
      });
    });
    outgoing.end(bytes);
  });
}
