/**
 * Templates for exchanges and routing keys: a text with places in braces.
 *
 *     {source}.{objectType}.{eventType}
 *     {received.routingKey|usageKey}
 *     site-{resource.location.site|origin|"unknown"}
 *
 * A place holds one or more names with `|` between them, the last perhaps a text in double quotes;
 * the first that the event knows fills it. A name is one of {@link TemplateNames}, or the path of
 * a field of the event, `data.` left out or not: `type`, `state.value`, `actor.user.id`.
 */
import { isJsonObject, type CanonicalEvent } from '@viaduct/core';

/** The names that are not fields of the event. */
export interface TemplateNames {
  /** `source.objectType.eventType`, as BonFIRE's own keys on `resourceUsage`. */
  readonly usageKey: string;
  /** The module that says it: `res-mng`. */
  readonly source: string;
  readonly objectType: string;
  /** With states as further words: `state.stopped.done`. */
  readonly eventType: string;
  /** The id of the experiment it belongs to. */
  readonly experiment: string | undefined;
  /** Where BonFIRE's own message came from; nothing for an event of another dialect. */
  readonly 'received.exchange': string | undefined;
  readonly 'received.routingKey': string | undefined;
}

/** The names that a template can use beside the event's fields. */
export const TEMPLATE_NAMES: readonly (keyof TemplateNames)[] = [
  'usageKey',
  'source',
  'objectType',
  'eventType',
  'experiment',
  'received.exchange',
  'received.routingKey',
];

const PLACE = /\{([^{}]*)\}/g;

/** Fills a template in. What nothing fills becomes empty. */
export function fillTemplate(
  template: string,
  names: TemplateNames,
  event: CanonicalEvent,
): string {
  return template.replace(PLACE, (_, alternatives: string) => {
    for (const alternative of alternatives.split('|')) {
      const value = valueOf(alternative.trim(), names, event);
      if (value !== undefined && value !== '') return value;
    }
    return '';
  });
}

/** Whether a template is the same for every event. */
export function isConstant(template: string): boolean {
  return template.search(PLACE) === -1;
}

/** What is wrong with a template, in words; empty where nothing is. */
export function templateProblems(template: string): readonly string[] {
  const problems = [...template.matchAll(PLACE)]
    .flatMap(([, alternatives = '']) => alternatives.split('|'))
    .map((alternative) => alternative.trim())
    .filter((name) => !isLiteral(name) && !isKnownName(name))
    .map((name) => `"${name}" is no field of an event, nor one of ${TEMPLATE_NAMES.join(', ')}`);
  const rest = template.replace(PLACE, '');
  return /[{}]/.test(rest) ? [...problems, 'a brace is not closed, or not opened'] : problems;
}

/** The first words that a path into an event can have. */
const FIELDS = new Set([
  ...['id', 'source', 'type', 'subject', 'time', 'origin', 'nativetype', 'partitionkey'],
  ...['data', 'resource', 'action', 'nativeAction', 'phase', 'state', 'outcome', 'severity'],
  ...['alarm', 'actor', 'correlation', 'attributes'],
]);

function isKnownName(name: string): boolean {
  if ((TEMPLATE_NAMES as readonly string[]).includes(name)) return true;
  return FIELDS.has(name.split('.', 1)[0] ?? '');
}

function isLiteral(name: string): boolean {
  return name.length >= 2 && name.startsWith('"') && name.endsWith('"');
}

function valueOf(name: string, names: TemplateNames, event: CanonicalEvent): string | undefined {
  if (isLiteral(name)) return name.slice(1, -1);
  if ((TEMPLATE_NAMES as readonly string[]).includes(name)) {
    return names[name as keyof TemplateNames];
  }
  const path = name.split('.');
  return at(event, path) ?? at(event.data, path);
}

function at(value: unknown, path: readonly string[]): string | undefined {
  let found = value;
  for (const step of path) {
    if (!isJsonObject(found) || !Object.hasOwn(found, step)) return undefined;
    found = found[step];
  }
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}
