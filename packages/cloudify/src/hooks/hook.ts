import type { AdapterContext, CanonicalEvent, JsonObject, Outcome } from '@viaduct/core';

/** One entry of a `hooks.conf`. */
export interface Hook {
  /** What the operator calls it, else `hook-` and a hash of the entry without its description. */
  readonly name: string;
  /** As written: one of the five, any other name of an event, or a canonical type with globs. */
  readonly eventType: string;
  /** Conditions beyond the event type, in the words of a route; an extension. */
  readonly match: JsonObject;
  readonly run: HookTarget;
  /** What is passed beside the event: keyword arguments of a function. */
  readonly inputs: JsonObject;
  readonly description: string | undefined;
  /** Where the entry begins in the file, counted from 1. */
  readonly line: number;
}

/** What a hook runs. */
export type HookTarget =
  /** A built-in, a task of a plugin or an importable function of Python, by its dotted name. */
  | { readonly kind: 'implementation'; readonly implementation: string }
  /** A function of a JavaScript module: `./page.mjs#onFailure`; without `#`, its default export. */
  | { readonly kind: 'javascript'; readonly file: string; readonly exported: string }
  /** A program with its arguments, never a shell. */
  | { readonly kind: 'command'; readonly command: readonly string[] };

/** One call of a hook. */
export interface HookCall {
  /** The first argument of a hook function; see `hookContext`. */
  readonly context: JsonObject;
  readonly inputs: JsonObject;
  readonly event: CanonicalEvent;
}

/**
 * An implementation in JavaScript that takes the place of a Python function of the same name. It
 * says itself what became of the event (a trap is `sent`), never throws, and ends when the signal
 * is aborted.
 */
export type HookImplementation = (
  call: HookCall,
  context: AdapterContext,
  signal: AbortSignal,
) => Promise<Outcome>;

/** Implementations by their dotted names: what the program that uses this adapter brings along. */
export type HookImplementations = Readonly<Record<string, HookImplementation>>;
