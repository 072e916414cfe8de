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
  VIA_BROKER_CASE: 'a case of viaduct test says something that cannot be',
  VIA_BROKER_INPUT_TOO_LONG: 'an input of translate is longer than is read',
  VIA_BROKER_INPUT_NOT_UTF8: 'an input of translate is not UTF-8',
  VIA_BROKER_INPUT_NOT_JSON: 'an input of translate is neither JSON nor XML',
  VIA_BROKER_REQUEST: 'something was asked of the broker that cannot be done as it was asked',
  VIA_BROKER_BUSY: 'the data folder is in use by a broker that does not answer',
  VIA_BROKER_REPLAY_UNDER_WAY: 'another replay is under way on the same data',
  VIA_BROKER_SINK_IN_USE: 'a sink is to be dropped that is still configured',
  VIA_BROKER_SINK_OWED: 'a retired sink is to be dropped that is still owed events',
  VIA_BROKER_TRACES_DROPPED: 'the collector of traces does not take them',
  VIA_ADMIN_UNPROTECTED: 'the admin API is to be reached by others, and nobody is asked who he is',
  VIA_ADMIN_PORT_IN_USE: 'the address of the admin API is taken',
  VIA_ADMIN_LISTEN: 'the admin API cannot listen where it is told to',
  VIA_ADMIN_FILE: 'a token, certificate or key of the admin API cannot be read',
  VIA_ADMIN_AUDIT: 'the audit log cannot be written',
  VIA_ADMIN_UNAUTHENTICATED: 'a request without a token or session that is known',
  VIA_ADMIN_FORBIDDEN: 'a request that its role does not allow',
  VIA_ADMIN_ORIGIN: 'a request that a page of somebody else made',
  VIA_ADMIN_RATE_LIMITED: 'too many requests',
  VIA_ADMIN_REQUEST: 'a request of the wrong form',
  VIA_ADMIN_TOO_LARGE: 'a request larger than is read',
  VIA_ADMIN_NOT_FOUND: 'a request for something that is not there',
  VIA_ADMIN_NOT_RUNNING: 'a request to a broker that is starting or stopping',
  VIA_ADMIN_BUSY: 'more clients want to watch than may at a time',
  VIA_ADMIN_STOPPED: 'another operator stopped what was under way',
  VIA_ADMIN_FAILED: 'a request that failed for a reason that has no code of its own',
  VIA_ADMIN_CONNECTION: 'the running broker could not be asked',
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
