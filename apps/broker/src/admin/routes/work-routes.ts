/** What goes on for a while, begun by whomever, and ending it. */
import { Type } from 'typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import type { AdminContext } from '../context.ts';
import { notFound } from '../refusal.ts';
import { answers, OBJECT, TIME } from '../schemas.ts';

const WORK = Type.Object({
  work: Type.Array(
    Type.Object({
      id: Type.Integer(),
      what: Type.String({ description: 'As the audit log writes it: `POST /api/v1/replay`.' }),
      who: Type.String(),
      since: TIME,
      progress: Type.Optional(OBJECT),
    }),
  ),
});

const STOPPED = Type.Object({ id: Type.Integer(), stopped: Type.Literal(true) });

/** Registers `/api/v1/work`. */
export function workRoutes(plain: FastifyInstance, context: AdminContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['work'];
  const list = {
    tags,
    summary: 'Replays, resends and backups that are under way, the oldest first.',
    response: answers(WORK),
  };
  app.get('/api/v1/work', { schema: list }, () => ({ work: context.work.list() }));

  const stop = {
    tags,
    summary: 'Stop one, whoever began it. What was written by then stays written.',
    params: Type.Object({ id: Type.Integer() }),
    response: answers(STOPPED),
  };
  app.post('/api/v1/work/:id/stop', { schema: stop }, ({ params: { id }, principal }) => {
    if (!context.work.stop(id, principal.who)) throw notFound(`work ${String(id)} under way`);
    return { id, stopped: true as const };
  });
}
