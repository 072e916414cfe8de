import {
  TransportError,
  type AdapterContext,
  type JsonObject,
  type SinkParts,
} from '@viaduct/core';

import { expandHooks, type HookSinkSpec } from './expand-hooks.ts';
import type { Hook } from './hook.ts';
import type { HooksConfig } from './hook-config.ts';
import type { HookSurroundings } from './hook-runner.ts';
import { createHookSink } from './hook-sink.ts';
import type { HookProblem } from './hooks-file.ts';
import { HooksWatch, readHooksFile } from './hooks-watch.ts';
import type { CloudifyMessage } from '../message.ts';

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
      fingerprint: fingerprintOf(hook, match),
      create: (context) => createHookSink(hook, config, context, surroundings),
    })),
    errors: saying('error'),
    warnings: saying('warning'),
    watch: (context, onChange) => watchHooks(config, sinks, context, onChange),
  };
}

/** Where in the file a hook stands, and what it says of itself, makes no other hook of it. */
function fingerprintOf({ eventType, run, inputs }: Hook, match: JsonObject): string {
  return JSON.stringify({ eventType, match, run, inputs });
}

/** How often the file is looked at. */
const CHECK_MS = 1_000;

/** Tells of every good version of the file that is another than `known`. */
function watchHooks(
  { file, mode }: HooksConfig,
  known: readonly HookSinkSpec[],
  context: Pick<AdapterContext, 'clock' | 'logger'>,
  onChange: () => void,
): () => void {
  const watch = new HooksWatch({ file, mode, checkMs: CHECK_MS }, context);
  const compare = (sinks: readonly HookSinkSpec[]): void => {
    if (JSON.stringify(sinks) !== JSON.stringify(known)) onChange();
  };
  void watch
    .start(({ sinks }) => compare(sinks))
    .then(({ sinks, problems }) => {
      // It may have changed since it was read; a broken one shows again when it is mended.
      if (!problems.some(({ severity }) => severity === 'error')) compare(sinks);
    })
    .catch((error: unknown) => {
      const fields = { code: 'VIA_CLOUDIFY_HOOKS_FILE', file, error: String(error) };
      context.logger.error(fields, 'the hooks are not followed');
    });
  return () => watch.close();
}
