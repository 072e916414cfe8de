import type {
  Actor,
  Correlation,
  EventData,
  EventOutcome,
  JsonValue,
  Parent,
  Resource,
  Severity,
  State,
  StateChange,
  StateValue,
} from '@viaduct/core';
import { isStateOf, SEVERITIES } from '@viaduct/core';
import type { CompiledRule } from '../rules/compiled-rule.ts';
import { CONTEXT_DOMAIN, CONTEXT_PROJECT_NAME, REQUEST_IDS } from '../mapping.ts';
import {
  firstText,
  references,
  valueAt,
  type NotificationView,
  type Reference,
} from './notification-view.ts';
import { member } from './payload.ts';
import { SEVERITY_OF_PRIORITY } from '../priority.ts';
import { readAttributes } from './read-attributes.ts';
import type { Reading } from '../rules/rule-lookup.ts';
import type { StateTable } from '../rules/rule.ts';

/** The canonical `data` of a notification, by its rule. Missing facts are left out. */
export function readData(view: NotificationView, reading: Reading): EventData {
  const { rule, action, phase, word } = reading;
  const state = readState(view, rule);
  const outcome = readOutcome(view, reading, state);
  const message = readMessage(view, rule);
  const actor = readActor(view, rule);
  const correlation = readCorrelation(view);
  const attributes = readAttributes(view, rule);
  return {
    resource: readResource(view, rule),
    action,
    ...(saysMore(word, action) ? { nativeAction: word } : {}),
    ...(phase === undefined ? {} : { phase }),
    ...(state === undefined ? {} : { state }),
    ...(outcome === undefined ? {} : { outcome }),
    severity: readSeverity(view, phase, state, outcome),
    ...(message === undefined ? {} : { message }),
    ...(actor === undefined ? {} : { actor }),
    ...(correlation === undefined ? {} : { correlation }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

/** Whether the native word tells what the action does not: `soft_delete`, not `created`. */
function saysMore(word: string, action: string): boolean {
  if (word === '') return false;
  const plain = word.toLowerCase().replaceAll('_', '-');
  return plain !== action && plain !== `${action}d` && plain !== `${action}ed`;
}

/** What stands for an id where nothing in the notification is one. */
const NO_ID = 'unknown';

function readResource(view: NotificationView, rule: CompiledRule): Resource {
  const { kind, type } = rule.rule;
  const name = firstText(view, rule.name);
  const host = firstText(view, rule.host);
  const zone = firstText(view, ZONE);
  const region = firstText(view, REGION);
  const parent = readParent(view, rule);
  return {
    kind,
    type,
    id: firstText(view, rule.id) ?? joinedId(view, rule) ?? NO_ID,
    ...(name === undefined ? {} : { name }),
    ...(zone === undefined && region === undefined
      ? {}
      : {
          location: {
            ...(zone === undefined ? {} : { zone }),
            ...(region === undefined ? {} : { region }),
          },
        }),
    // cinder says `host@backend#pool`: the machine is what stands before the backend.
    ...(host === undefined ? {} : { host: host.split('@', 1)[0] ?? host }),
    ...(parent === undefined ? {} : { parent }),
  };
}

const ZONE = references(['availability_zone']);
const REGION = references(['region']);

function joinedId(view: NotificationView, rule: CompiledRule): string | undefined {
  const parts = rule.idParts.flatMap((part) => firstText(view, part) ?? []);
  return parts.length === 0 ? undefined : parts.join(':');
}

function readParent(view: NotificationView, rule: CompiledRule): Parent | undefined {
  const { parent } = rule.rule;
  if (parent === undefined) return undefined;
  const id = firstText(view, rule.parentId);
  if (id === undefined) return undefined;
  const name = firstText(view, rule.parentName);
  return { kind: parent.kind, type: parent.type, id, ...(name === undefined ? {} : { name }) };
}

function readState(view: NotificationView, rule: CompiledRule): StateChange | undefined {
  for (const { flag, from } of rule.flags) {
    if (valueAt(view, from) === flag.is) return { value: flag.state, native: flag.native };
  }
  const state = stateAt(view, rule.state, rule);
  if (state === undefined) return undefined;
  const previous = stateAt(view, rule.previousState, rule);
  return previous === undefined ? state : { ...state, previous };
}

function stateAt(
  view: NotificationView,
  among: readonly Reference[],
  rule: CompiledRule,
): StateValue | undefined {
  const native = firstText(view, among);
  if (native === undefined) return undefined;
  return { value: canonicalState(native, rule), native };
}

function canonicalState(native: string, { rule }: CompiledRule): State {
  const word = native.toLowerCase();
  const table: StateTable = rule.states ?? {};
  const known = Object.hasOwn(table, word) ? table[word] : undefined;
  if (known !== undefined) return known;
  if (word.startsWith('error') && isStateOf(rule.kind, 'failed')) return 'failed';
  return isStateOf(rule.kind, word) ? word : 'unknown';
}

function readOutcome(
  view: NotificationView,
  reading: Reading,
  state: StateChange | undefined,
): EventOutcome | undefined {
  const said = member(view.data, 'outcome'); // CADF
  if (said === 'success' || said === 'failure') return said;
  if (typeof said === 'string') return 'unknown';
  if (reading.phase === 'error') return 'failure';
  if (reading.phase !== 'end') return undefined;
  return state?.value === 'failed' && !reading.succeeded ? 'failure' : 'success'; // cinder has no .error
}

/** aodh's severities of an alarm. */
const ALARM_SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ['low', 'warning'],
  ['moderate', 'error'],
  ['critical', 'critical'],
]);

function readSeverity(
  view: NotificationView,
  phase: string | undefined,
  state: StateChange | undefined,
  outcome: EventOutcome | undefined,
): Severity {
  const said = SEVERITY_OF_PRIORITY[view.priority ?? 'info'];
  const failed = phase === 'error' || outcome === 'failure' || state?.value === 'failed';
  if (!failed) return said;
  const word = state?.native === 'alarm' ? member(view.data, 'severity') : undefined;
  const alarm = typeof word === 'string' ? ALARM_SEVERITIES.get(word) : undefined;
  return alarm ?? (SEVERITIES.indexOf(said) < SEVERITIES.indexOf('error') ? 'error' : said);
}

function readMessage(view: NotificationView, rule: CompiledRule): string | undefined {
  const { data } = view;
  if (typeof data === 'string') return data === '' ? undefined : data; // glance's warnings
  return firstText(view, rule.message);
}

const PROJECT_NAME = references(CONTEXT_PROJECT_NAME);
const DOMAIN = references(CONTEXT_DOMAIN);
const REQUEST = references(REQUEST_IDS);

function readActor(view: NotificationView, rule: CompiledRule): Actor | undefined {
  const user = party(firstText(view, rule.user), firstText(view, rule.userName));
  const project = party(firstText(view, rule.project), firstText(view, PROJECT_NAME));
  const domain = party(firstText(view, DOMAIN), undefined);
  if (user === undefined && project === undefined && domain === undefined) return undefined;
  return {
    ...(user === undefined ? {} : { user }),
    ...(project === undefined ? {} : { project }),
    ...(domain === undefined ? {} : { domain }),
  };
}

function party(
  id: string | undefined,
  name: string | undefined,
): { id?: string; name?: string } | undefined {
  if (id === undefined && name === undefined) return undefined;
  return { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) };
}

function readCorrelation(view: NotificationView): Correlation | undefined {
  const requestId = firstText(view, REQUEST);
  return requestId === undefined ? undefined : { requestId };
}

/** The items of a bulk create: neutron then has a list under the plural of the noun. */
export function bulkItems(view: NotificationView, noun: string): readonly JsonValue[] {
  const items = member(view.data, `${noun}s`);
  return Array.isArray(items) ? (items as readonly JsonValue[]) : [];
}
