import type { CanonicalEvent, Invention, JsonValue } from '@viaduct/core';

/**
 * One member of a payload that is written for a foreign event. A payload is a list of these, in the
 * order of the wire, so that what is carried, lost and invented can be read off it.
 */
export interface PayloadField {
  readonly name: string;
  /** The value; `undefined` where the event does not know it. */
  readonly from: (event: CanonicalEvent) => JsonValue | undefined;
  /** The canonical paths that the value comes from. */
  readonly carries: readonly string[];
  /** What stands there otherwise; without it the member is left out. */
  readonly otherwise?: Filler;
}

/** A value that a rule fills in. */
export interface Filler {
  readonly value: JsonValue | ((event: CanonicalEvent) => JsonValue);
  /** For people: why this value. */
  readonly rule: string;
}

/** A list of fields with what can be said of them once. */
export interface PayloadTemplate {
  readonly fields: readonly PayloadField[];
  /** All canonical paths that the fields carry. */
  readonly carries: ReadonlySet<string>;
  /** The inventions of the fields, by their place. */
  readonly inventions: readonly (Invention | undefined)[];
}

/** Prepares a list of fields, whose members lie under `path` in the notification. */
export function payloadTemplate(path: string, fields: readonly PayloadField[]): PayloadTemplate {
  return {
    fields,
    carries: new Set(fields.flatMap((field) => field.carries)),
    inventions: fields.map(({ name, otherwise }) =>
      otherwise === undefined ? undefined : { path: `${path}.${name}`, rule: otherwise.rule },
    ),
  };
}

/** Writes the fields of a template; what had to be filled in is added to `invented`. */
export function writeFields(
  template: PayloadTemplate,
  event: CanonicalEvent,
  invented: Invention[],
): Record<string, JsonValue> {
  const payload: Record<string, JsonValue> = {};
  for (const [index, field] of template.fields.entries()) {
    const value = field.from(event);
    if (value !== undefined) {
      payload[field.name] = value;
      continue;
    }
    const { otherwise } = field;
    if (otherwise === undefined) continue;
    payload[field.name] =
      typeof otherwise.value === 'function' ? otherwise.value(event) : otherwise.value;
    const invention = template.inventions[index];
    if (invention !== undefined) invented.push(invention);
  }
  return payload;
}

/** A whole number, rounded up: the fields of OpenStack are integers. */
export function wholeNumber(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.ceil(value);
}

/** Whose it is: the project, or where none is known the group (OpenNebula has groups alone). */
export function tenantId({ data }: CanonicalEvent): string | undefined {
  return (data.actor?.project ?? data.actor?.group)?.id;
}

/** What OpenStack's services write where they know nothing. */
export const EMPTY: Filler = { value: '', rule: 'not known: an empty text' };
/** See {@link EMPTY}. */
export const NULL: Filler = { value: null, rule: 'not known: null' };
/** See {@link EMPTY}. */
export const NO_ITEMS: Filler = { value: [], rule: 'not known: an empty list' };
/** See {@link EMPTY}. */
export const NO_MEMBERS: Filler = { value: {}, rule: 'not known: an empty object' };
