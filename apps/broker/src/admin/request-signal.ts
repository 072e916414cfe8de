import type { FastifyRequest } from 'fastify';

/** Aborted when whoever asked has gone: nobody works on for him. */
export function requestSignal(request: FastifyRequest): AbortSignal {
  const gone = new AbortController();
  const { socket } = request.raw;
  socket.once('close', () => gone.abort());
  return gone.signal;
}
