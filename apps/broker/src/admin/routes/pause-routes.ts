/** Leaving a source or a sink alone for a while. */
import { Type } from 'typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { type AdminContext, served } from '../context.ts';
import { notFound } from '../refusal.ts';
import { answers } from '../schemas.ts';

const NAMED = Type.Object({ name: Type.String({ maxLength: 200 }) });

const STATE = Type.Object({ name: Type.String(), state: Type.String() });

const DESCRIPTIONS = {
  source: 'Nothing is taken from a paused source: its peer keeps what it can keep.',
  sink: 'Nothing is sent to a paused sink: what it is owed waits in the journal.',
} as const;

/** Registers `/api/v1/sources/{name}/pause`, `/resume`, and the same of sinks. */
export function pauseRoutes(plain: FastifyInstance, context: AdminContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  for (const role of ['source', 'sink'] as const) {
    const stateOf = (name: string): { name: string; state: string } => {
      const { sources, sinks } = served(context).broker.engine.status();
      const found = [...(role === 'source' ? sources : sinks)].find((one) => one.name === name);
      if (found === undefined) throw notFound(`${role} "${name}"`);
      return { name, state: found.state };
    };
    for (const verb of ['pause', 'resume'] as const) {
      const summary =
        verb === 'pause' ? `Pause a ${role}. ${DESCRIPTIONS[role]}` : `Resume a ${role}.`;
      const schema = { tags: ['status'], summary, params: NAMED, response: answers(STATE) };
      app.post(`/api/v1/${role}s/:name/${verb}`, { schema }, async ({ params: { name } }) => {
        stateOf(name);
        await served(context).broker.engine[verb](role, name);
        return stateOf(name);
      });
    }
  }
}
