/** The console: files built into the package, for everybody who reaches this server. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Made by the build of apps/console; in a checkout that was never built it is missing. */
const FOLDER = fileURLToPath(new URL('../../../console', import.meta.url));

const NOT_BUILT =
  'The console is not part of this build: run "npm run build". The API is described at /docs.';

/** Registers `/` and the files beside it. They hold no data, so nobody is asked who he is. */
export function consoleRoute(app: FastifyInstance): void {
  const config = { access: 'open' } as const;
  const schema = { hide: true };
  if (!existsSync(`${FOLDER}/index.html`)) {
    app.get('/', { config, schema }, (_request, reply) =>
      reply.type('text/plain; charset=utf-8').send(NOT_BUILT),
    );
    return;
  }
  void app.register(async (own) => {
    own.addHook('onRoute', (route) => {
      route.config = { ...route.config, ...config };
      route.schema = { ...route.schema, ...schema };
    });
    await own.register(staticFiles, {
      root: FOLDER,
      // Files with a hash in their names never change; the page itself does.
      setHeaders: (reply, path) => {
        const isNamedByContent = path.includes('/assets/');
        const age = isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache';
        reply.header('cache-control', age);
      },
      cacheControl: false,
    });
  });
}
