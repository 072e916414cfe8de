import type { JsonObject } from '@viaduct/core';

/** What a sink tells `encode` about its place; goes through `EncodeContext.options`. */
export interface BonfireEncodeOptions {
  /** How events of other dialects are written; BonFIRE's own messages keep their format. */
  readonly format: 'simple' | 'detailed';
  /** Template of the exchange; see `template.ts`. */
  readonly exchange: string;
  /** Template of the routing key. */
  readonly routingKey: string;
  /** The module that says it, where the event comes from no module of BonFIRE's. */
  readonly source: string;
}

/** Where nothing is said BonFIRE's messages keep their place, others go to the topic exchange. */
export const DEFAULT_ENCODE_OPTIONS: BonfireEncodeOptions = {
  format: 'detailed',
  exchange: '{received.exchange|"resourceUsage"}',
  routingKey: '{received.routingKey|usageKey}',
  source: 'viaduct',
};

/** The options in the form that `EncodeContext.options` takes. */
export function encodeOptions(options: Partial<BonfireEncodeOptions>): JsonObject {
  return {
    format: options.format ?? DEFAULT_ENCODE_OPTIONS.format,
    exchange: options.exchange ?? DEFAULT_ENCODE_OPTIONS.exchange,
    routingKey: options.routingKey ?? DEFAULT_ENCODE_OPTIONS.routingKey,
    source: options.source ?? DEFAULT_ENCODE_OPTIONS.source,
  };
}

/** Reads the options back; whatever is missing or of the wrong type is the default. */
export function readEncodeOptions(options: JsonObject | undefined): BonfireEncodeOptions {
  if (options === undefined) return DEFAULT_ENCODE_OPTIONS;
  return {
    format: options['format'] === 'simple' ? 'simple' : DEFAULT_ENCODE_OPTIONS.format,
    exchange: text(options['exchange']) ?? DEFAULT_ENCODE_OPTIONS.exchange,
    routingKey: text(options['routingKey']) ?? DEFAULT_ENCODE_OPTIONS.routingKey,
    source: text(options['source']) ?? DEFAULT_ENCODE_OPTIONS.source,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
