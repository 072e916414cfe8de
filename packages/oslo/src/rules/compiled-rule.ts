import type { EventAttributes } from '@viaduct/core';
import {
  COMMON_ATTRIBUTES,
  COMMON_MESSAGES,
  CONTEXT_PROJECT,
  CONTEXT_USER,
  CONTEXT_USER_NAME,
} from '../mapping.ts';
import { reference, references, type Reference } from '../decode/notification-view.ts';
import type { AddressRule, AttributeRules, FlagRule, Rule, ScalarAttribute } from './rule.ts';

/** A rule with its paths taken apart, the common ones added. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly id: readonly Reference[];
  readonly idParts: readonly (readonly Reference[])[];
  readonly name: readonly Reference[];
  readonly host: readonly Reference[];
  readonly parentId: readonly Reference[];
  readonly parentName: readonly Reference[];
  readonly state: readonly Reference[];
  readonly previousState: readonly Reference[];
  readonly flags: readonly CompiledFlag[];
  readonly user: readonly Reference[];
  readonly userName: readonly Reference[];
  readonly project: readonly Reference[];
  readonly message: readonly Reference[];
  readonly attributes: readonly CompiledAttribute[];
  readonly addresses: readonly CompiledAddress[];
  readonly attachments: Reference | undefined;
  readonly extra: readonly Reference[];
}

/** An attribute, what sort of value it takes and where it is read. */
export interface CompiledAttribute {
  readonly name: ScalarAttribute;
  readonly as: 'text' | 'number' | 'time';
  readonly from: readonly Reference[];
}

/** A truth value that says the state. */
export interface CompiledFlag {
  readonly flag: FlagRule;
  readonly from: Reference;
}

/** Where addresses are. */
export interface CompiledAddress {
  readonly rule: AddressRule;
  readonly list: Reference | undefined;
  readonly address: Reference;
  readonly mac: Reference | undefined;
}

/** Takes a rule apart, once for each. */
export function compileRule(rule: Rule): CompiledRule {
  return {
    rule,
    id: references(rule.id),
    idParts: (rule.idParts ?? []).map(references),
    name: references(rule.name),
    host: references(rule.host),
    parentId: references(rule.parent?.id),
    parentName: references(rule.parent?.name),
    state: references(rule.state),
    previousState: references(rule.previousState),
    flags: (rule.flags ?? []).map((flag) => ({ flag, from: reference(flag.path) })),
    user: references([...(rule.user ?? []), ...CONTEXT_USER]),
    userName: references([...(rule.userName ?? []), ...CONTEXT_USER_NAME]),
    project: references([...(rule.project ?? []), ...CONTEXT_PROJECT]),
    message: references([...(rule.message ?? []), ...COMMON_MESSAGES]),
    attributes: compileAttributes(rule.attributes ?? {}),
    addresses: (rule.addresses ?? []).map(compileAddress),
    attachments: rule.attachments && reference(rule.attachments.list),
    extra: references(rule.extra),
  };
}

/** The attributes that are not texts. */
const ATTRIBUTE_SORTS: Readonly<Partial<Record<keyof EventAttributes, 'number' | 'time'>>> = {
  vcpus: 'number',
  cpuShare: 'number',
  memoryMiB: 'number',
  diskGiB: 'number',
  ephemeralGiB: 'number',
  swapMiB: 'number',
  sizeBytes: 'number',
  progressPercent: 'number',
  durationSeconds: 'number',
  exitCode: 'number',
  createdAt: 'time',
  launchedAt: 'time',
  terminatedAt: 'time',
  deletedAt: 'time',
  updatedAt: 'time',
};

function compileAttributes(own: AttributeRules): readonly CompiledAttribute[] {
  const names = new Set([...Object.keys(own), ...Object.keys(COMMON_ATTRIBUTES)]);
  return ([...names] as ScalarAttribute[]).map((name) => ({
    name,
    as: ATTRIBUTE_SORTS[name] ?? 'text',
    from: references([...(own[name] ?? []), ...(COMMON_ATTRIBUTES[name] ?? [])]),
  }));
}

function compileAddress(rule: AddressRule): CompiledAddress {
  return {
    rule,
    list: rule.list === undefined ? undefined : reference(rule.list),
    address: reference(rule.address),
    mac: rule.mac === undefined ? undefined : reference(rule.mac),
  };
}
