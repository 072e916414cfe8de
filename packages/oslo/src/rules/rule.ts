import type { Action, EventAttributes, Kind, State } from '@viaduct/core';

/**
 * How a family of event types is read: data only, so that the tables can be compared with the
 * services' own code line by line.
 *
 * A path names a value: `volume_id` in the payload, `flavor.vcpus` deeper in it, `subnets.0` in a
 * list, `detail.#json.state` in a JSON text; `$context.user_id` in the request context,
 * `$publisher`, `$publisher.service` and `$publisher.host` in the publisher's id. Versioned objects
 * are seen through. Of a list of paths the first that is neither missing, null nor empty counts.
 */
export interface Rule {
  /** What the event type begins with, whole words: `compute.instance`. */
  readonly match: string;
  readonly kind: Kind;
  /** The native noun, `resource.type`. */
  readonly type: string;
  readonly id: readonly string[];
  /** Where there is no id of its own: what it is made of, joined by colons. */
  readonly idParts?: readonly (readonly string[])[];
  readonly name?: readonly string[];
  readonly host?: readonly string[];
  readonly path?: readonly string[];
  readonly parent?: ParentRule;
  /** The action where the event type does not say it. */
  readonly action?: Action;
  /** Words that mean something else here than in the general list of actions. */
  readonly actions?: Readonly<Record<string, Action>>;
  readonly state?: readonly string[];
  readonly previousState?: readonly string[];
  readonly states?: StateTable;
  /** Truth values that say the state; looked at first, in this order. */
  readonly flags?: readonly FlagRule[];
  readonly user?: readonly string[];
  readonly userName?: readonly string[];
  readonly project?: readonly string[];
  readonly message?: readonly string[];
  readonly attributes?: AttributeRules;
  readonly addresses?: readonly AddressRule[];
  readonly attachments?: ListRule;
  /** Values kept under their own path where no fixed name exists. */
  readonly extra?: readonly string[];
}

/** Native state, in lower case, to canonical. */
export type StateTable = Readonly<Record<string, State>>;

/** What the resource belongs to. */
export interface ParentRule {
  readonly kind: Kind;
  readonly type: string;
  readonly id: readonly string[];
  readonly name?: readonly string[];
}

/** A state that a truth value says. */
export interface FlagRule {
  readonly path: string;
  readonly is: boolean;
  readonly state: State;
  readonly native: string;
}

/** A list, and what is taken of each item: the first that is there, or the item itself. */
export interface ListRule {
  readonly list: string;
  readonly items?: readonly string[];
}

/** Where addresses are: in the items of `list`, or in the payload where there is no list. */
export interface AddressRule {
  readonly list?: string;
  readonly address: string;
  readonly version?: string;
  readonly mac?: string;
  readonly network?: string;
  readonly type?: 'fixed' | 'floating';
}

/** Attributes that hold one value, by the paths they are read from. */
export type AttributeRules = Readonly<Partial<Record<ScalarAttribute, readonly string[]>>>;

/** An attribute of the canonical event that holds a text or a number. */
export type ScalarAttribute = Exclude<
  keyof EventAttributes,
  'addresses' | 'attachments' | 'parameters' | 'extra'
>;
