import type { JsonObject } from '@viaduct/core';
import { HookProcess, type ProcessLimits } from './hook-process.ts';
import { calledOff, notStarted, printedTooMuch, timedOut, type HookResult } from './hook-result.ts';

/** A program, and what it may see and do. */
export interface CommandOptions extends ProcessLimits {
  readonly command: readonly [string, ...string[]];
  readonly timeLimitMs: number;
}

/**
 * Runs a program once, without a shell: `call` goes to its standard input as one line of JSON, exit
 * code 0 is success.
 */
export async function runCommand(
  options: CommandOptions,
  call: JsonObject,
  signal: AbortSignal,
): Promise<HookResult> {
  if (signal.aborted) return calledOff();
  const { clock, command, timeLimitMs, outputBytesMax } = options;
  const running = new HookProcess(command, options, ['pipe', 'pipe', 'pipe']);
  let early: HookResult | undefined;
  const stop = (why: HookResult): void => {
    early ??= why;
    running.kill();
  };
  const abort = (): void => stop(calledOff());
  const cancel = clock.after(timeLimitMs, () => stop(timedOut(timeLimitMs)));
  signal.addEventListener('abort', abort, { once: true });
  running.listen(() => stop(printedTooMuch(outputBytesMax)));
  running.input(0).end(`${JSON.stringify(call)}\n`);
  const { code, signal: killedBy, error } = await running.ended;
  cancel();
  signal.removeEventListener('abort', abort);
  if (early !== undefined) return early;
  if (error !== undefined) return notStarted(running.program, error);
  if (code === 0) return { kind: 'done' };
  const how = code === null ? `signal ${killedBy ?? '?'}` : `exit code ${code}`;
  const message = `${running.program} ended with ${how}: ${running.tail}`;
  return { kind: 'failed', code: 'VIA_CLOUDIFY_HOOK_FAILED', message };
}
