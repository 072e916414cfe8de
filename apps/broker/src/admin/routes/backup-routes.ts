/** Copies of the data folder. */
import { Type } from 'typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { listBackups, takeBackup } from '../backups.ts';
import { type AdminContext, served } from '../context.ts';
import { LINES, sendLines } from '../progress-lines.ts';
import { Refusal } from '../refusal.ts';
import { answers, TIME } from '../schemas.ts';

const PATH = '/api/v1/journal/backup';

const BACKUPS = Type.Object({
  backups: Type.Array(Type.Object({ name: Type.String(), at: TIME })),
});

const REQUEST = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$',
        description: 'Of its folder in `backups` of the data folder. Default: the time.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Registers `/api/v1/journal/backup` and `/backups`. */
export function backupRoutes(plain: FastifyInstance, context: AdminContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['work'];
  const list = {
    tags,
    summary: 'Backups in the data folder that were taken over the API, the oldest first.',
    response: answers(BACKUPS),
  };
  app.get('/api/v1/journal/backups', { schema: list }, async () => ({
    backups: await listBackups(served(context).broker.configuration.broker.data),
  }));

  const take = {
    tags,
    summary: 'Copy the data folder while the broker runs; `viaduct run` starts on the copy.',
    body: REQUEST,
    response: LINES,
  };
  const config = { isBodyAudited: true };
  app.post(PATH, { schema: take, config }, (request, reply) => {
    const { journal, configuration } = served(context).broker;
    const other = context.work.list().find(({ what }) => what === `POST ${PATH}`);
    if (other !== undefined) {
      const message = `${other.who} has begun a backup (work ${String(other.id)}): wait for it`;
      throw new Refusal(409, 'VIA_BROKER_REQUEST', message);
    }
    const { name = nameOf(context.clock.now()) } = request.body;
    request.auditedFacts = { name };
    return sendLines(request, reply, context, (signal) =>
      takeBackup(journal, configuration.broker.data, name, signal),
    );
  });
}

/** As sorted as the times are: `2026-01-31T12-00-00Z`. */
function nameOf(now: number): string {
  return new Date(now).toISOString().replace(/\.\d+/, '').replaceAll(':', '-');
}
