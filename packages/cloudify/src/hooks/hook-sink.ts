import {
  DELIVERED,
  TransportError,
  type AdapterContext,
  type Outcome,
  type Parcel,
  type Sink,
  type SinkCapabilities,
} from '@viaduct/core';

import { expandHooks } from './expand-hooks.ts';
import type { HooksConfig } from './hook-config.ts';
import { hookContext } from './hook-context.ts';
import { HookRunner, type HookSurroundings } from './hook-runner.ts';
import type { Hook } from './hook.ts';
import { readHooksFile } from './hooks-watch.ts';
import type { CloudifyMessage } from '../message.ts';

/** Success is exit code 0 or a return; hooks of different events may run side by side. */
export const HOOK_SINK_CAPABILITIES: SinkCapabilities = {
  confirmation: 'peer',
  ordering: 'none',
  batchMax: 1,
  concurrencyMax: 4,
  stage: 'hook',
};

/**
 * A sink that runs one hook for each event. `hook` is the hook itself, or its name in the file,
 * which `connect` then reads.
 */
export function createHookSink(
  hook: Hook | string | undefined,
  config: HooksConfig,
  context: AdapterContext,
  surroundings: HookSurroundings,
): Sink<CloudifyMessage> {
  let runner: HookRunner | undefined;
  return {
    async connect(signal) {
      signal.throwIfAborted();
      const found = typeof hook === 'object' ? hook : await readHook(config, hook);
      signal.throwIfAborted();
      runner ??= new HookRunner(found, config, context, surroundings);
    },
    async send(parcels, signal) {
      const current = runner;
      if (current === undefined) {
        throw new TransportError('reconnect', 'VIA_CLOUDIFY_HOOK_ABORTED', 'the sink is closed');
      }
      const outcomes: Outcome[] = [];
      for (const parcel of parcels) outcomes.push(await runParcel(current, parcel, signal));
      return outcomes;
    },
    async close() {
      const current = runner;
      runner = undefined;
      await current?.close();
    },
  };
}

async function runParcel(
  runner: HookRunner,
  { event, natives }: Parcel<CloudifyMessage>,
  signal: AbortSignal,
): Promise<Outcome> {
  for (const native of natives) {
    const argument = hookContext(native, event);
    if (!argument.ok) {
      const { code, message } = argument.error;
      return { kind: 'refused', code, message, permanent: true };
    }
    const outcome = await runner.run(argument.value, event, signal);
    if (outcome.kind !== 'delivered') return outcome;
  }
  return DELIVERED;
}

/** The one hook of a file that a sink was told to run. */
async function readHook(config: HooksConfig, name: string | undefined): Promise<Hook> {
  const { sinks, problems } = expandHooks(await readHooksFile(config.file), config.mode);
  const broken = problems.find(({ severity }) => severity === 'error');
  if (broken !== undefined) {
    const why = `${config.file}:${broken.line}: ${broken.message}`;
    throw new TransportError('permanent', 'VIA_CLOUDIFY_HOOKS_FILE', why);
  }
  const found = sinks.find((sink) => sink.name === name);
  if (found !== undefined) return found.hook;
  const known = sinks.map((sink) => sink.name).join(', ');
  const wanted = name === undefined ? 'no hook is named' : `there is no hook "${name}"`;
  const message = `${config.file}: ${wanted}; "hook" takes one of: ${known}`;
  throw new TransportError('permanent', 'VIA_CLOUDIFY_HOOK_UNKNOWN', message);
}
