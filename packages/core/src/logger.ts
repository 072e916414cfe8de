import type { JsonValue } from './json/json.ts';

/** Facts of a log line. Never secrets: adapters redact before they log. */
export type LogFields = { readonly [name: string]: JsonValue | undefined };

/**
 * Where an adapter says what an operator should know: one line for an incident, none for a
 * message. A subset of pino's interface.
 */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** Says nothing; for programs that use one adapter and have no log. */
export const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
