/** How every known event type is read, and what is read alike in all of them. Tables only. */
import type { Kind } from '@viaduct/core';
import { COMPUTE_RULES } from './mapping/mapping-compute.ts';
import { IDENTITY_RULES } from './mapping/mapping-identity.ts';
import { NETWORK_RULES } from './mapping/mapping-network.ts';
import { SERVICE_RULES } from './mapping/mapping-services.ts';
import { STORAGE_RULES } from './mapping/mapping-storage.ts';
import type { AttributeRules, Rule } from './rules/rule.ts';

/** All rules; of those that fit an event type the one with the longest `match` counts. */
export const RULES: readonly Rule[] = [
  ...COMPUTE_RULES,
  ...STORAGE_RULES,
  ...NETWORK_RULES,
  ...IDENTITY_RULES,
  ...SERVICE_RULES,
];

/**
 * nova's legacy exceptions: a bare function name and exactly `{exception, args}`
 * (nova/exception_wrapper.py). About the instance where its arguments hold one.
 */
export const INSTANCE_EXCEPTION_RULE: Rule = {
  match: '',
  kind: 'compute',
  type: 'instance',
  id: ['args.instance.uuid'],
  name: ['args.instance.display_name'],
  host: ['args.instance.host', '$publisher.host'],
  message: ['exception.message', 'exception.value', 'exception'],
  attributes: { errorMessage: ['exception.message', 'exception.value', 'exception'] },
};

/** Any other exception: about the service that tells it. */
export const EXCEPTION_RULE: Rule = {
  match: '',
  kind: 'service',
  type: 'service',
  id: ['$publisher'],
  name: ['$publisher.service'],
  host: ['$publisher.host'],
  action: 'notify',
  message: ['exception_message', 'exception.message', 'exception'],
  attributes: {
    errorCode: ['exception'],
    errorMessage: ['exception_message', 'exception.message', 'exception'],
  },
  extra: ['module_name', 'function_name'],
};

/** What the first word of an unknown event type says about the kind; `service` where nothing. */
export const KIND_WORDS: Readonly<Record<string, Kind>> = {
  instance: 'compute',
  server: 'compute',
  vm: 'compute',
  compute: 'compute',
  container: 'compute',
  volume: 'storage',
  storage: 'storage',
  share: 'storage',
  share_group: 'storage',
  snapshot: 'storage',
  objectstore: 'storage',
  image: 'image',
  network: 'network',
  dns: 'network',
  octavia: 'network',
  identity: 'identity',
  user: 'identity',
  project: 'identity',
  host: 'host',
  node: 'host',
  baremetal: 'host',
  hypervisor: 'host',
  orchestration: 'deployment',
  magnum: 'deployment',
  cluster: 'deployment',
  workflow: 'execution',
  task: 'execution',
};

/** Where an unknown notification may have its id. */
export const GENERIC_IDS: readonly string[] = [
  'id',
  'uuid',
  'resource_id',
  'resource_info',
  'instance_id',
  'target.id',
  '$publisher',
];

/** Read in every notification; a rule's own attributes come first. */
export const COMMON_ATTRIBUTES: AttributeRules = {
  createdAt: ['created_at', 'create_at'],
  launchedAt: ['launched_at'],
  terminatedAt: ['terminated_at'],
  deletedAt: ['deleted_at'],
  updatedAt: ['updated_at'],
  errorCode: ['code', 'fault.exception', 'reason.reasonCode'],
  errorMessage: ['fault.exception_message', 'exception_message'],
  clientAddress: ['initiator.host.address', '$context.remote_address'],
};

/** Read in every notification where the rule has nothing of its own. */
export const COMMON_MESSAGES: readonly string[] = [
  'message',
  'fault.exception_message',
  'exception_message',
  'state_reason',
  'status_message',
];

/** Of the request context, whose names drifted over the years: the first that is there. */
export const CONTEXT_USER: readonly string[] = ['$context.user_id', '$context.user'];
/** See {@link CONTEXT_USER}. */
export const CONTEXT_USER_NAME: readonly string[] = ['$context.user_name', '$context.username'];
/** See {@link CONTEXT_USER}. */
export const CONTEXT_PROJECT: readonly string[] = [
  '$context.project_id',
  '$context.tenant_id',
  '$context.tenant',
  '$context.project',
];
/** See {@link CONTEXT_USER}. */
export const CONTEXT_PROJECT_NAME: readonly string[] = [
  '$context.project_name',
  '$context.tenant_name',
];
/** See {@link CONTEXT_USER}. */
export const CONTEXT_DOMAIN: readonly string[] = [
  'initiator.domain_id',
  '$context.user_domain',
  '$context.user_domain_id',
  '$context.domain_id',
  '$context.domain',
];
/** The id that ties what one API call caused together. */
export const REQUEST_IDS: readonly string[] = ['$context.request_id', 'request_id'];
