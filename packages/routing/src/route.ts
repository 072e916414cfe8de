/** Routes as an operator writes them. */

/** One route: which events go to which sinks. Routes do not exclude one another. */
export interface Route {
  readonly name: string;
  /** Names of sources, or globs on them. Missing: every source. */
  readonly from?: readonly string[];
  /** Missing: every event. */
  readonly match?: Match;
  /** A condition in CEL, asked where `match` holds; an event it cannot be asked of is a failure. */
  readonly when?: string;
  /**
   * What these sinks get otherwise than it came: the fields of `match` (each of one path) and CEL
   * expressions of their values, all over the event as it came; `null` takes a field away.
   */
  readonly set?: Reshaping;
  /** Names of sinks. */
  readonly to: readonly string[];
}

/**
 * Conditions on an event: a field (a short name such as `kind`, or a dotted path such as
 * `data.attributes.vcpus`) and what it must be. All of them must hold.
 */
export type Match = { readonly [field: string]: Pattern };

/** See {@link Route.set}. */
export type Reshaping = { readonly [field: string]: string | number | boolean | null };

/**
 * What a field must be.
 * - text: exactly this, or a glob (`*` any run of characters, `?` one character, `\` before a
 *   character means that character); for `severity` also `>=warning`;
 * - number, `true`, `false`: equal;
 * - `null`: the event does not have the field;
 * - a list: any of these; for a field that is a list itself, any of its elements;
 * - `{ not: … }`: the complement, true for an event that does not have the field.
 */
export type Pattern = Scalar | readonly Scalar[] | Negation;

/** One value to compare with. */
export type Scalar = string | number | boolean | null;

/** The complement of a pattern. */
export interface Negation {
  readonly not: Scalar | readonly Scalar[];
}
