/** The codes that the command itself reports; each has an entry in `docs/errors/broker.md`. */
export const BROKER_ERRORS = {
  VIA_BROKER_NODE_UNSUPPORTED: 'this version of Node.js is too old',
  VIA_BROKER_USAGE: 'the command was called in a way it does not understand',
  VIA_BROKER_FAILED: 'the broker had to stop for a reason that has no code of its own',
  VIA_BROKER_CONFIG_UNREADABLE: 'the configuration file cannot be read',
  VIA_BROKER_CONFIG_SYNTAX: 'the configuration is not YAML, or not one mapping',
  VIA_BROKER_CONFIG_VARIABLE: 'a ${…} in the configuration cannot be filled in',
  VIA_BROKER_CONFIG_UNKNOWN_KEY: 'a key that nothing reads',
  VIA_BROKER_CONFIG_MISSING_KEY: 'a key that must be there is missing',
  VIA_BROKER_CONFIG_VALUE: 'a value of the wrong type or outside its limits',
  VIA_BROKER_CONFIG_REFERENCE: 'a name that nothing in the configuration has',
  VIA_BROKER_CONFIG_ROUTE: 'the match of a route cannot be understood',
  VIA_BROKER_INPUT_TOO_LONG: 'an input of translate is longer than is read',
  VIA_BROKER_INPUT_NOT_UTF8: 'an input of translate is not UTF-8',
  VIA_BROKER_INPUT_NOT_JSON: 'an input of translate is neither JSON nor XML',
} as const;

/** One of {@link BROKER_ERRORS}. */
export type BrokerErrorCode = keyof typeof BROKER_ERRORS;

/** What the command reports in one line before it ends. */
export class BrokerError extends Error {
  override readonly name: string = 'BrokerError';
  readonly code: BrokerErrorCode;

  constructor(code: BrokerErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
  }
}
