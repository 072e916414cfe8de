import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { CanonicalEvent, JsonObject, Outcome, Sink } from '@viaduct/core';
import { systemClock, testContext } from '@viaduct/testkit';

import { HOOKS_CONFIG, type HooksConfig } from '../src/hooks/hook-config.ts';
import { HookSlots } from '../src/hooks/hook-pool.ts';
import { createHookSink } from '../src/hooks/hook-sink.ts';
import type { HookImplementations } from '../src/hooks/hook.ts';
import { parseHooksFile } from '../src/hooks/hooks-file.ts';
import type { CloudifyMessage } from '../src/message.ts';
import { defaultsOf } from './configured.ts';
import { decoded, golden } from './reading.ts';

/** A signal that is never aborted. */
export const never = (): AbortSignal => new AbortController().signal;

/** A folder of a test's own, with hooks in it. */
export class HookFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'viaduct-hooks-'));
  readonly #sinks: Sink<CloudifyMessage>[] = [];

  /** Writes a file below the folder and returns its path. */
  write(name: string, text: string): string {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** What a hook wrote, one JSON value a line; none where it wrote nothing. */
  written(name: string): readonly unknown[] {
    try {
      const lines = readFileSync(join(this.path, name), 'utf8').trim().split('\n');
      return lines.map((line) => JSON.parse(line) as unknown);
    } catch {
      return [];
    }
  }

  /** The configuration of hooks in this folder: the schema's defaults, and what the test says. */
  config(given: Partial<HooksConfig> = {}): HooksConfig {
    const defaults = defaultsOf(HOOKS_CONFIG.properties);
    return { ...defaults, file: join(this.path, 'hooks.conf'), ...given } as HooksConfig;
  }

  /** A connected sink for the first hook of a file's text. */
  async sinkOf(
    text: string,
    given: Partial<HooksConfig> = {},
    surroundings: { implementations?: HookImplementations; slots?: HookSlots } = {},
  ): Promise<Sink<CloudifyMessage>> {
    const { hooks, problems } = parseHooksFile(text);
    const [hook] = hooks;
    if (hook === undefined) throw new Error(`no hook: ${JSON.stringify(problems)}`);
    const context = testContext(systemClock, 'hooks');
    const { implementations = {}, slots = new HookSlots(16) } = surroundings;
    const sink = createHookSink(hook, this.config(given), context, { implementations, slots });
    this.#sinks.push(sink);
    await sink.connect(never());
    return sink;
  }

  /** Closes every sink and removes the folder. */
  async close(): Promise<void> {
    for (const sink of this.#sinks.splice(0)) await sink.close();
    rmSync(this.path, { recursive: true });
  }
}

/** A trace context, as an event of a traced delivery has it. */
export const TRACED: Partial<CanonicalEvent> = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};

/** A hook for `workflow_started` as the text of a file. */
export function hookText(entry: JsonObject): string {
  return JSON.stringify({ hooks: [{ event_type: 'workflow_started', ...entry }] });
}

/** What became of one event, `v7-workflow-started` unless told otherwise. */
export async function runOnce(
  sink: Sink<CloudifyMessage>,
  signal: AbortSignal = never(),
  name = 'v7-workflow-started',
  more: Partial<CanonicalEvent> = {},
): Promise<Outcome> {
  const native = golden(name);
  const event = { ...decoded(native), ...more };
  const [outcome] = await sink.send([{ event, natives: [native] }], signal);
  if (outcome === undefined) throw new Error('no outcome');
  return outcome;
}
