import { isJsonObject, type Action, type Kind, type Phase } from '@viaduct/core';
import { ACTION_WORDS, PHASE_WORDS } from '../mapping/mapping-actions.ts';
import { CADF_RULE, identityRule } from '../mapping/mapping-identity.ts';
import { neutronRule } from '../mapping/mapping-network.ts';
import {
  EXCEPTION_RULE,
  GENERIC_IDS,
  INSTANCE_EXCEPTION_RULE,
  KIND_WORDS,
  RULES,
} from '../mapping.ts';
import { compileRule, type CompiledRule } from './compiled-rule.ts';
import type { NotificationView } from '../decode/notification-view.ts';
import { at, member } from '../decode/payload.ts';

/** How one notification is read: its rule, and what its event type says was done. */
export interface Reading {
  readonly rule: CompiledRule;
  readonly action: Action;
  /** The words of the event type behind the rule's, without the phase. */
  readonly word: string;
  readonly phase: Phase | undefined;
  /** The event type ended in `success`: an end that says how it came out. */
  readonly succeeded: boolean;
}

const COMPILED: ReadonlyMap<string, CompiledRule> = new Map(
  RULES.map((rule) => [rule.match, compileRule(rule)]),
);

const INSTANCE_EXCEPTION = compileRule(INSTANCE_EXCEPTION_RULE);
const EXCEPTION = compileRule(EXCEPTION_RULE);
const CADF = compileRule(CADF_RULE);

/** No event type of any service has more words; the rest is one word. */
const WORDS_MAX = 12;

/** No rule's `match` has more words. */
const MATCH_WORDS_MAX = 3;

/** Finds how to read a notification; every event type has an answer. */
export function readingOf(view: NotificationView): Reading {
  const words = view.eventType.split('.', WORDS_MAX);
  for (let count = Math.min(MATCH_WORDS_MAX, words.length); count > 0; count -= 1) {
    const rule = COMPILED.get(count === words.length ? view.eventType : joined(words, count));
    if (rule !== undefined) return readWords(rule, words.slice(count));
  }
  return unlisted(view, words);
}

function joined(words: readonly string[], count: number): string {
  return count === 1 ? (words[0] ?? '') : words.slice(0, count).join('.');
}

/** Event types in no table: exceptions, other neutron resources, other CADF, and the rest. */
function unlisted(view: NotificationView, words: readonly string[]): Reading {
  const { data } = view;
  const [noun = ''] = words;
  if (member(data, 'exception') !== undefined && member(data, 'args') !== undefined) {
    const known = at(data, ['args', 'instance', 'uuid']) !== undefined;
    return failed(known ? INSTANCE_EXCEPTION : EXCEPTION, view.eventType);
  }
  if (words.at(-1) === 'exception') return failed(EXCEPTION, '');
  if (noun === 'identity' && words.length > 2) {
    return readWords(compileRule(identityRule(words[1] ?? '')), words.slice(2));
  }
  if (isJsonObject(member(data, noun)) || member(data, `${noun}_id`) !== undefined) {
    return readWords(compileRule(neutronLike(noun)), words.slice(1));
  }
  const typeUri = member(data, 'typeURI');
  if (typeof typeUri === 'string' && typeUri.includes('/audit/')) return readWords(CADF, words);
  return readWords(genericRule(noun), words.length > 1 ? words.slice(1) : words);
}

function failed(rule: CompiledRule, word: string): Reading {
  return { rule, action: rule.rule.action ?? 'other', word, phase: 'error', succeeded: false };
}

function kindOf(noun: string): Kind {
  return Object.hasOwn(KIND_WORDS, noun) ? (KIND_WORDS[noun] ?? 'service') : 'service';
}

function neutronLike(noun: string): ReturnType<typeof neutronRule> {
  const kind = kindOf(noun);
  const rule = neutronRule(noun);
  return kind === 'service' ? rule : { ...rule, kind };
}

function genericRule(noun: string): CompiledRule {
  return compileRule({
    match: noun,
    kind: kindOf(noun),
    type: noun,
    id: GENERIC_IDS,
    name: ['name', 'display_name'],
    host: ['host'],
    user: ['user_id'],
    project: ['project_id', 'tenant_id'],
    state: ['state', 'status'],
  });
}

function readWords(rule: CompiledRule, words: readonly string[]): Reading {
  const fixed = rule.rule.action;
  const last = words.at(-1) ?? '';
  const says = words.length > 1 || fixed !== undefined;
  const phase = says && Object.hasOwn(PHASE_WORDS, last) ? PHASE_WORDS[last] : undefined;
  const word = (phase === undefined ? words : words.slice(0, -1)).join('.');
  const action = fixed ?? actionOf(word, rule);
  return { rule, action, word, phase, succeeded: phase !== undefined && last === 'success' };
}

function actionOf(word: string, rule: CompiledRule): Action {
  const own = rule.rule.actions;
  let parts = word.toLowerCase().replaceAll('.', '_').replaceAll('__', '_');
  for (;;) {
    if (own !== undefined && Object.hasOwn(own, parts)) return own[parts] ?? 'other';
    if (Object.hasOwn(ACTION_WORDS, parts)) return ACTION_WORDS[parts] ?? 'other';
    const cut = parts.lastIndexOf('_');
    if (cut === -1) return lastWordAction(word);
    parts = parts.slice(0, cut);
  }
}

/** `alarm.notification.state_transition`, `OS-TRUST:trust.created`: the last word says it. */
function lastWordAction(word: string): Action {
  const last = word.slice(word.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(ACTION_WORDS, last) ? (ACTION_WORDS[last] ?? 'other') : 'other';
}
