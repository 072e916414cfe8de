import { DELIVERED, type ErrorCode, type Outcome } from '@viaduct/core';

/** How a call of a hook ended. */
export type HookResult =
  | { readonly kind: 'done' }
  /** It ran and failed, or could not be found. */
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string }
  /** It could not be run now: no interpreter, called off. */
  | { readonly kind: 'unavailable'; readonly code: ErrorCode; readonly message: string };

/** Longest text of a hook that goes into an outcome, in characters. */
const TEXT_LENGTH_MAX = 1_000;

/** What a result means for the event: `delivered` where the hook returned, or exited with 0. */
export function outcomeOfHook(result: HookResult): Outcome {
  if (result.kind === 'done') return DELIVERED;
  const { code, message } = result;
  const kind = result.kind === 'failed' ? 'refused' : 'unavailable';
  return { kind, code, message: printable(message) };
}

/** A hook's own text in one line without control characters, cut to what a log line bears. */
function printable(text: string): string {
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return plain.length > TEXT_LENGTH_MAX ? `${plain.slice(0, TEXT_LENGTH_MAX)}…` : plain;
}

/** A call that was ended because it took too long. */
export function timedOut(timeLimitMs: number): HookResult {
  const message = `the hook was ended after ${timeLimitMs} ms (timeLimitMs)`;
  return { kind: 'failed', code: 'VIA_CLOUDIFY_HOOK_TIME', message };
}

/** A call that was ended because it printed too much. */
export function printedTooMuch(outputBytesMax: number): HookResult {
  const message = `the hook was ended after printing ${outputBytesMax} bytes (outputBytesMax)`;
  return { kind: 'failed', code: 'VIA_CLOUDIFY_HOOK_OUTPUT', message };
}

/** A call that was called off. */
export function calledOff(): HookResult {
  const message = 'running the hook was called off';
  return { kind: 'unavailable', code: 'VIA_CLOUDIFY_HOOK_ABORTED', message };
}

/** A program that does not start. */
export function notStarted(program: string, error: Error): HookResult {
  const message = `${program} cannot be started: ${error.message}`;
  return { kind: 'unavailable', code: 'VIA_CLOUDIFY_HOOK_NOT_STARTED', message };
}
