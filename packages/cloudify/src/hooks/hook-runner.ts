import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AdapterContext, CanonicalEvent, JsonObject, Outcome } from '@viaduct/core';

import { findPlugin } from './find-plugin.ts';
import { runCommand } from './hook-command.ts';
import type { HooksConfig } from './hook-config.ts';
import { HookPool, HookSlots } from './hook-pool.ts';
import { calledOff, notStarted, outcomeOfHook, type HookResult } from './hook-result.ts';
import { HookWorker } from './hook-worker.ts';
import type { Hook, HookCall, HookImplementations } from './hook.ts';

/** What all hooks of a program share. */
export interface HookSurroundings {
  readonly implementations: HookImplementations;
  /** Permits for processes, over all hooks. */
  readonly slots: HookSlots;
}

/** Worker programs, beside the sources and beside the build alike. */
const worker = (file: string): string =>
  fileURLToPath(new URL(`../../workers/${file}`, import.meta.url));

/** What a worker is started with, and what it is asked beside the event. */
interface Call {
  readonly command: readonly [string, ...string[]];
  readonly request: JsonObject;
}

/** Runs one hook. Holds its workers between calls; `close` ends them. */
export class HookRunner {
  readonly #hook: Hook;
  readonly #config: HooksConfig;
  readonly #context: AdapterContext;
  readonly #surroundings: HookSurroundings;
  readonly #own: HookSlots;
  readonly #closing = new AbortController();
  readonly #pools = new Map<string, HookPool<HookWorker>>();

  constructor(
    hook: Hook,
    config: HooksConfig,
    context: AdapterContext,
    surroundings: HookSurroundings,
  ) {
    this.#hook = hook;
    this.#config = config;
    this.#context = context;
    this.#surroundings = surroundings;
    this.#own = new HookSlots(config.processesMax);
  }

  /** Runs the hook once. Never throws. */
  async run(context: JsonObject, event: CanonicalEvent, signal: AbortSignal): Promise<Outcome> {
    const call: HookCall = { context, inputs: this.#hook.inputs, event };
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const { run } = this.#hook;
    const { implementations, slots } = this.#surroundings;
    const name = run.kind === 'implementation' ? run.implementation : '';
    const builtIn = Object.hasOwn(implementations, name) ? implementations[name] : undefined;
    if (builtIn !== undefined) return builtIn(call, this.#context, either);
    const give = await this.#own.take(either);
    const giveShared = give === undefined ? undefined : await slots.take(either);
    try {
      if (giveShared === undefined) return outcomeOfHook(calledOff());
      return outcomeOfHook(await this.#start(call, either).catch(unstartable));
    } finally {
      giveShared?.();
      give?.();
    }
  }

  /** Ends what runs, and waits until it is gone. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }

  async #start({ context, inputs, event }: HookCall, signal: AbortSignal): Promise<HookResult> {
    const { run } = this.#hook;
    const limits = this.#limits();
    const trace = traceOf(event, limits.environment);
    if (run.kind === 'command') {
      const command = run.command as readonly [string, ...string[]];
      const sent = { event_context: context, inputs };
      const environment = { ...limits.environment, ...trace };
      return runCommand({ ...limits, environment, command }, sent, signal);
    }
    const { command, request } = await this.#call();
    const workers = this.#workersOf(command, JSON.stringify([command, request['paths'] ?? []]));
    const one = workers.take();
    const result = await one.run({ ...request, context, inputs, environment: trace }, signal);
    workers.give(one);
    return result;
  }

  /** Looked up for each call: a plugin may be installed, or updated, at any time. */
  async #call(): Promise<Call> {
    const { run } = this.#hook;
    const { python, pythonPath, plugins, file } = this.#config;
    if (run.kind === 'javascript') {
      const module = resolve(dirname(file), run.file);
      const request = { file: module, function: run.exported };
      return { command: [process.execPath, worker('hook-worker.mjs')], request };
    }
    const name = run.kind === 'implementation' ? run.implementation : '';
    const plugin = plugins === undefined ? undefined : await findPlugin(plugins, name);
    const interpreter = plugin?.python ?? python;
    const paths = [...(plugin?.paths ?? []), ...pythonPath];
    return {
      command: [interpreter, '-u', worker('hook_worker.py')],
      request: { function: plugin?.functionName ?? name, paths },
    };
  }

  /** The workers of a program: another one where a plugin came, went or has another version. */
  #workersOf(command: Call['command'], program: string): HookPool<HookWorker> {
    const known = this.#pools.get(program);
    if (known !== undefined) return known;
    const { clock } = this.#context;
    const options = { ...this.#limits(), command };
    const workers = new HookPool(() => new HookWorker(options), clock, this.#config.idleMs);
    this.#pools.set(program, workers);
    return workers;
  }

  #limits(): {
    readonly clock: AdapterContext['clock'];
    readonly environment: Readonly<Record<string, string>>;
    readonly folder: string;
    readonly outputBytesMax: number;
    readonly timeLimitMs: number;
  } {
    const { environment, outputBytesMax, timeLimitMs, file } = this.#config;
    const { clock } = this.#context;
    return { clock, environment, folder: dirname(file), outputBytesMax, timeLimitMs };
  }
}

/**
 * The trace context of this call, as programs find one: its variables go by the names of the
 * headers in capitals (OpenTelemetry, "Environment variables as context propagation carriers").
 * What an operator configured under this name stays.
 */
function traceOf(
  { traceparent }: CanonicalEvent,
  configured: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const isNew = traceparent !== undefined && !Object.hasOwn(configured, 'TRACEPARENT');
  return isNew ? { TRACEPARENT: traceparent } : {};
}

/** What Node refuses to start at all: an environment too large, a name with a NUL. */
function unstartable(error: unknown): HookResult {
  return notStarted('the hook', error instanceof Error ? error : new Error(String(error)));
}
