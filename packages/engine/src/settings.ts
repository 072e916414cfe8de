/** What of an engine can be changed while it runs, and what must be true of it. */
import { compileGlobs, type Router } from '@viaduct/routing';
import { EngineError } from './errors.ts';
import type { SinkOptions, SourceOptions } from './options.ts';

/** Who is there, and which event goes where. */
export interface EngineSettings {
  readonly router: Router;
  readonly sources: readonly SourceOptions[];
  readonly sinks: readonly SinkOptions[];
}

/**
 * Throws an `EngineError` when names are not unique, or when a route leads to a sink, or comes from
 * a source, that is not there.
 */
export function checkSettings(settings: EngineSettings): void {
  checkNames('source', settings.sources);
  checkNames('sink', settings.sinks);
  checkRoutes(settings);
}

function checkNames(role: string, named: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.has(name))
      throw new EngineError('VIA_ENGINE_NAME_TAKEN', `two ${role}s are "${name}"`);
    seen.add(name);
  }
}

function checkRoutes({ router, sinks, sources }: EngineSettings): void {
  const unknown = (role: string, name: string): never => {
    throw new EngineError('VIA_ENGINE_NAME_UNKNOWN', `a route names the ${role} "${name}"`);
  };
  const sinkNames = new Set(sinks.map(({ name }) => name));
  for (const name of router.sinks) if (!sinkNames.has(name)) unknown('sink', name);
  for (const pattern of router.sources) {
    const matches = compileGlobs([pattern]);
    if (!sources.some(({ name }) => matches(name))) unknown('source', pattern);
  }
}
