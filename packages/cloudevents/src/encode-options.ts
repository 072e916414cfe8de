import type { JsonObject } from '@viaduct/core';

/** What a sink tells `encode`; goes through `EncodeContext.options`. */
export interface CloudEventsEncodeOptions {
  /**
   * `native`: an event that came as a CloudEvent of somebody else's type goes on as it came.
   * `canonical`: every event goes out in Viaduct's own form.
   */
  readonly form: 'native' | 'canonical';
}

/** What holds where nothing is said. */
export const DEFAULT_ENCODE_OPTIONS: CloudEventsEncodeOptions = { form: 'native' };

/** The options in the form that `EncodeContext.options` takes. */
export function encodeOptions(options: Partial<CloudEventsEncodeOptions>): JsonObject {
  return { form: options.form ?? DEFAULT_ENCODE_OPTIONS.form };
}

/** Reads the options back; whatever is missing or of the wrong type is the default. */
export function readEncodeOptions(options: JsonObject | undefined): CloudEventsEncodeOptions {
  return options?.['form'] === 'canonical' ? { form: 'canonical' } : DEFAULT_ENCODE_OPTIONS;
}
