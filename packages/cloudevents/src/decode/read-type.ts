import type { Action, Kind, Phase, State } from '@viaduct/core';
import {
  DEFAULT_KIND,
  EXECUTION_STATES,
  KIND_WORDS,
  PHASE_WORDS,
  VERBS,
  type VerbMeaning,
} from '../mapping.ts';

/** What a type says about what happened to what. */
export interface TypeReading {
  readonly kind: Kind;
  /** The noun before the verb, as written but in lower case. */
  readonly noun?: string;
  readonly action: Action;
  /** The last word, where no verb is known. */
  readonly nativeAction?: string;
  readonly phase?: Phase;
  readonly state?: { readonly value: State; readonly native: string };
}

/** Longer types are read by their end alone. */
const TYPE_LENGTH_MAX = 512;

/** How far from the end verbs are looked for: what comes before is a domain name, reversed. */
const VERB_DISTANCE_MAX = 3;

/** Reads a type by its words. Every type gives something; see `mapping.ts` for the defaults. */
export function readType(type: string): TypeReading {
  const words = wordsOf(type.slice(-TYPE_LENGTH_MAX));
  const verb = findVerb(words);
  const nouns = words.slice(0, verb.at);
  const kindWord = nouns.findLast((word) => Object.hasOwn(KIND_WORDS, word));
  const kind = (kindWord === undefined ? undefined : KIND_WORDS[kindWord]) ?? DEFAULT_KIND;
  const noun = kindWord ?? (nouns.length > 1 ? nouns.at(-1) : undefined);
  const last = words.at(-1) ?? '';
  const resource = { kind, ...(noun === undefined ? {} : { noun }) };
  const state = kind === 'execution' ? own(EXECUTION_STATES, last) : undefined;
  if (state !== undefined) {
    const action = verb.action === 'other' ? 'state' : verb.action;
    return { ...resource, action, state: { value: state, native: last } };
  }
  return {
    ...resource,
    action: verb.action,
    ...(verb.action === 'other' && last !== '' ? { nativeAction: last } : {}),
    ...(verb.phase === undefined ? {} : { phase: verb.phase }),
  };
}

/** `com.example.BlobCreated.v1` is com, example, blob, created. */
function wordsOf(type: string): readonly string[] {
  return type
    .replace(/([a-z0-9])([A-Z])/g, '$1.$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !/^v?\d+$/.test(word));
}

interface FoundVerb extends VerbMeaning {
  /** Where the nouns before it end. */
  readonly at: number;
}

function findVerb(words: readonly string[]): FoundVerb {
  const end = words.length;
  const first = Math.max(1, end - VERB_DISTANCE_MAX);
  const lastPhase = own(PHASE_WORDS, words[end - 1]);
  for (let at = end - 1; at >= first; at -= 1) {
    const meaning = own(VERBS, words[at]);
    if (meaning === undefined) continue;
    const before = own(VERBS, words[at - 1]);
    // `create.start`: the second verb says how far the first one is.
    if (lastPhase !== undefined && at === end - 1 && before !== undefined && at - 1 >= first) {
      return { action: before.action, phase: lastPhase, at: at - 1 };
    }
    return { ...meaning, ...(at < end - 1 && lastPhase ? { phase: lastPhase } : {}), at };
  }
  if (lastPhase === undefined) return { action: 'other', at: Math.max(0, end - 1) };
  return { action: 'other', phase: lastPhase, at: end - 1 };
}

function own<T>(table: Readonly<Record<string, T>>, word: string | undefined): T | undefined {
  return word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined;
}
