import type { FastifyReply } from 'fastify';

/** Aborted when whoever asked has gone, or has his answer: nobody works on for him. */
export function requestSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  // Not of the connection, which outlives the answer and would gather listeners.
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
