/** The API described by itself: OpenAPI 3.1 made of the routes' schemas, and a viewer of it. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { accessTo } from './access.ts';

const DESCRIPTION =
  'What a running Viaduct broker says of itself and can be told to do. Times are milliseconds ' +
  'since the epoch unless a field says otherwise. Every error is a problem of RFC 9457 with a ' +
  '`code` that docs/errors explains. `x-role` says who may ask: everybody (`open`), whoever is ' +
  'known (`viewer`), or an `operator`. Long work answers lines of JSON (application/x-ndjson): ' +
  'progress, and at last either a line of the kind `done` or one of the kind `error`.';

/** Areas of the API, in the order of the document. */
const TAGS = [
  { name: 'status', description: 'How sources, routes and sinks are.' },
  { name: 'events', description: 'What is stored, and what comes in.' },
  { name: 'dead letters', description: 'What could not be done.' },
  { name: 'replay', description: 'Sending again.' },
  { name: 'work', description: 'What goes on for a while, and ending it.' },
  { name: 'alarms', description: 'What is wrong right now.' },
  { name: 'translation', description: 'One message in another dialect.' },
  { name: 'configuration', description: 'What the broker goes by.' },
  { name: 'session', description: 'Signing in to the console.' },
  { name: 'health', description: 'For orchestrators and monitoring.' },
] as const;

/** Registers `/openapi.json` and `/docs`; routes registered after it are described. */
export async function registerDescription(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Viaduct admin API',
        version,
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [...TAGS],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'viaduct_session' },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    transform: ({ schema, url, route }) => {
      const role = accessTo(route);
      return { schema: { ...schema, 'x-role': role } as typeof schema, url };
    },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { url: '/openapi.json', docExpansion: 'list', deepLinking: true },
  });
  const schema = { hide: true };
  app.get('/openapi.json', { schema }, () => app.swagger());
}
