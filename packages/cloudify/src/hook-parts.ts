import { TransportError, type SinkParts } from '@viaduct/core';

import { expandHooks } from './expand-hooks.ts';
import type { HooksConfig } from './hook-config.ts';
import type { HookSurroundings } from './hook-runner.ts';
import { createHookSink } from './hook-sink.ts';
import type { HookProblem } from './hooks-file.ts';
import { readHooksFile } from './hooks-watch.ts';
import type { CloudifyMessage } from './message.ts';

/** Every hook of a file as a sink of its own; none of it where the sink runs one hook alone. */
export async function hookParts(
  config: HooksConfig,
  surroundings: HookSurroundings,
): Promise<SinkParts<CloudifyMessage> | undefined> {
  if (config.hook !== undefined) return undefined;
  let text: string;
  try {
    text = await readHooksFile(config.file);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return { parts: [], errors: [error.message], warnings: [] };
  }
  const { sinks, problems } = expandHooks(text, config.mode);
  const saying = (wanted: HookProblem['severity']): readonly string[] =>
    problems
      .filter(({ severity }) => severity === wanted)
      .map(({ line, path, message }) => {
        const place = path === '' ? '' : `${path}: `;
        return `${config.file}:${line}: ${place}${message}`;
      });
  return {
    parts: sinks.map(({ name, match, hook }) => ({
      name,
      match,
      create: (context) => createHookSink(hook, config, context, surroundings),
    })),
    errors: saying('error'),
    warnings: saying('warning'),
  };
}
