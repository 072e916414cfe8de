import type { JsonObject } from '@viaduct/core';
import { EVENTS_EXCHANGE } from '../message.ts';

/** What a sink tells `encode` about its place; goes through `EncodeContext.options`. */
export interface CloudifyEncodeOptions {
  /** The exchange that everything goes to. */
  readonly exchange: string;
  /** The tenant of events that know no project. */
  readonly tenant: string;
}

/** What holds where nothing is said. */
export const DEFAULT_ENCODE_OPTIONS: CloudifyEncodeOptions = {
  exchange: EVENTS_EXCHANGE,
  tenant: 'default_tenant',
};

/** The options in the form that `EncodeContext.options` takes. */
export function encodeOptions(options: Partial<CloudifyEncodeOptions>): JsonObject {
  return {
    exchange: options.exchange ?? DEFAULT_ENCODE_OPTIONS.exchange,
    tenant: options.tenant ?? DEFAULT_ENCODE_OPTIONS.tenant,
  };
}

/** Reads the options back; whatever is missing or of the wrong type is the default. */
export function readEncodeOptions(options: JsonObject = {}): CloudifyEncodeOptions {
  const { exchange, tenant } = options;
  return {
    exchange: typeof exchange === 'string' ? exchange : DEFAULT_ENCODE_OPTIONS.exchange,
    tenant: typeof tenant === 'string' ? tenant : DEFAULT_ENCODE_OPTIONS.tenant,
  };
}
