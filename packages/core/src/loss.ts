/**
 * What a translation could not keep. A loss is data, not an error: counted, shown to the operator,
 * printed by `viaduct translate`, fixed in golden tests.
 */
export interface Loss {
  /**
   * Where in the canonical event (or, for same-dialect output, the native one):
   * `data.actor.group`.
   */
  readonly path: string;
  readonly reason: LossReason;
}

/**
 * Why something was lost.
 * - `unsupported`: the target has no place for it.
 * - `approximated`: the target has only a coarser word.
 * - `truncated`: it did not fit.
 * - `redacted`: it was a secret.
 */
export type LossReason = 'unsupported' | 'approximated' | 'truncated' | 'redacted';

/** A value that a documented default filled in, because the target asks for one. */
export interface Invention {
  /** Where in the native output: `payload.tenant_id`, `VM/TEMPLATE/CPU`. */
  readonly path: string;
  /** The rule that filled it in, for people: `no owner known: empty`. */
  readonly rule: string;
}

/** A secret that was replaced by `***` before anything else saw the message. */
export interface Redaction {
  /** Where it was, as exactly as its surroundings allowed: `_context_auth_token`. */
  readonly path: string;
}
