/**
 * What the command's exit code says. Documented in `viaduct --help`. A hard stop by a second
 * signal ends with 128 and the signal's number, as a shell would report it.
 */
export const EXIT = {
  /** Done, or stopped cleanly. */
  ok: 0,
  /** It ran, and some inputs could not be translated, or some dead letters not be helped. */
  inputsFailed: 1,
  /** It ran, and what was asked about is not well: a broker that is not ready. */
  unwell: 1,
  /** Wrong usage or configuration: somebody has to change what was written. */
  usage: 2,
  /** This Node.js is too old; said by bin/viaduct.js before anything is loaded. */
  nodeUnsupported: 3,
  /**
   * It could not be done: no broker runs or answers, its journal failed, its folder is in use or
   * not writable.
   */
  failed: 4,
  /** A signal ended it in the middle; what was done until then stays done. */
  interrupted: 130,
} as const;

/** One of the values of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
