/** What an expression can name, and how it is found in an event. */
import { isJsonObject, type CanonicalEvent, type JsonObject, type Party } from '@viaduct/core';

/** Levels of a value that an expression sees; what lies deeper is `null`. */
const DEPTH_MAX = 64;

const NOBODY: Party = {};

/**
 * Every variable. Maps that an event may lack are empty rather than absent, so that
 * `has(attributes.vcpus)` is an answer and not an error; a text that it lacks is `null`.
 */
export const VARIABLES: Readonly<Record<string, (event: CanonicalEvent) => unknown>> = {
  event: (event) => event,
  data: ({ data }) => ({
    ...data,
    resource: resourceOf(data),
    state: stateOf(data),
    alarm: data.alarm ?? {},
    actor: actorOf(data),
    correlation: data.correlation ?? {},
    attributes: data.attributes ?? {},
  }),

  resource: ({ data }) => resourceOf(data),
  parent: ({ data }) => data.resource.parent ?? {},
  alarm: ({ data }) => data.alarm ?? {},
  user: ({ data }) => data.actor?.user ?? NOBODY,
  project: ({ data }) => data.actor?.project ?? NOBODY,
  group: ({ data }) => data.actor?.group ?? NOBODY,
  domain: ({ data }) => data.actor?.domain ?? NOBODY,
  correlation: ({ data }) => data.correlation ?? {},
  attributes: ({ data }) => data.attributes ?? {},
  extra: ({ data }) =>
    Object.fromEntries((data.attributes?.extra ?? []).map(({ name, value }) => [name, value])),

  origin: ({ origin }) => origin,
  nativetype: ({ nativetype }) => nativetype,
  kind: ({ data }) => data.resource.kind,
  name: ({ data }) => data.resource.name,
  host: ({ data }) => data.resource.host,
  site: ({ data }) => data.resource.location?.site,
  zone: ({ data }) => data.resource.location?.zone,
  region: ({ data }) => data.resource.location?.region,
  action: ({ data }) => data.action,
  phase: ({ data }) => data.phase,
  state: ({ data }) => data.state?.value,
  previous: ({ data }) => data.state?.previous?.value,
  outcome: ({ data }) => data.outcome,
  severity: ({ data }) => data.severity,
  message: ({ data }) => data.message,
  time: ({ time }) => new Date(time),
};

type Data = CanonicalEvent['data'];

function resourceOf({ resource }: Data): object {
  return { ...resource, location: resource.location ?? {}, parent: resource.parent ?? {} };
}

function stateOf({ state }: Data): object {
  return state === undefined ? { previous: {} } : { ...state, previous: state.previous ?? {} };
}

function actorOf({ actor = {} }: Data): object {
  const { user = NOBODY, project = NOBODY, group = NOBODY, domain = NOBODY } = actor;
  return { user, project, group, domain };
}

/** The variables of these names, in the types of CEL. */
export function variablesOf(event: CanonicalEvent, names: readonly string[]): JsonObject {
  const found: Record<string, unknown> = {};
  for (const name of names) found[name] = celValue(VARIABLES[name]?.(event), 0);
  return found as JsonObject;
}

/** Whole numbers are CEL's `int`, which JavaScript writes as a bigint; what is absent is `null`. */
function celValue(value: unknown, depth: number): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (value === undefined || depth > DEPTH_MAX) return null;
  if (Array.isArray(value)) return value.map((item) => celValue(item, depth + 1));
  if (value instanceof Date || !isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, celValue(item, depth + 1)]);
  return Object.fromEntries(entries);
}
