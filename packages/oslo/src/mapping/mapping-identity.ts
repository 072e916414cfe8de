/** keystone (CADF and basic), audit middleware, swift: who did what. */
import type { Rule } from '../rules/rule.ts';

/** pycadf's event: DSP0262 clause 6. */
const CADF = {
  user: ['initiator.user_id', 'initiator.id'],
  userName: ['initiator.username', 'initiator.name'],
  project: ['initiator.project_id'],
  message: ['reason.reasonType'],
} as const;

const CADF_ATTRIBUTES = {
  clientAddress: ['initiator.host.address'],
  errorCode: ['reason.reasonCode'],
} as const;

const IDENTITY_NOUNS = [
  'user',
  'project',
  'tenant',
  'group',
  'role',
  'domain',
  'region',
  'service',
  'endpoint',
  'policy',
  'credential',
  'application_credential',
  'access_rule',
  'limit',
  'registered_limit',
  'OS-TRUST:trust',
  'OS-OAUTH1:consumer',
  'OS-OAUTH1:access_token',
  'OS-OAUTH1:request_token',
];

const API_CALL: Omit<Rule, 'match'> = {
  ...CADF,
  kind: 'request',
  type: 'API call',
  id: ['target.id', '$context.request_id', 'id', '$publisher'],
  name: ['target.name'],
  action: 'request',
  attributes: { ...CADF_ATTRIBUTES, call: ['requestPath', 'action'] },
  extra: ['action', 'target.typeURI', 'request', 'response.status'],
};

/** keystone says all its resources alike; any noun that is not listed is read by this too. */
export function identityRule(noun: string): Rule {
  return {
    ...CADF,
    match: `identity.${noun}`,
    kind: 'identity',
    type: noun.slice(noun.indexOf(':') + 1),
    id: ['resource_info', 'target.id'],
    name: ['target.name'],
    attributes: CADF_ATTRIBUTES,
    extra: ['target.typeURI'],
  };
}

/** keystone/notifications.py; keystonemiddleware/audit; ceilometermiddleware (swift). */
export const IDENTITY_RULES: readonly Rule[] = [
  ...IDENTITY_NOUNS.map(identityRule),
  {
    ...CADF,
    match: 'identity.role_assignment',
    kind: 'identity',
    type: 'role_assignment',
    id: [],
    idParts: [
      ['role', 'target.id'],
      ['project', 'domain'],
      ['user', 'group'],
    ],
    actions: { created: 'grant', deleted: 'revoke' },
    attributes: CADF_ATTRIBUTES,
    extra: ['role', 'user', 'group', 'project', 'domain', 'inherited_to_projects'],
  },
  {
    ...CADF,
    match: 'identity.authenticate',
    kind: 'identity',
    type: 'user',
    id: ['target.id', 'initiator.id'],
    name: ['target.name'],
    action: 'authenticate',
    attributes: CADF_ATTRIBUTES,
  },
  { ...API_CALL, match: 'http' },
  { ...API_CALL, match: 'audit.http' },
  { ...API_CALL, match: 'objectstore.http' },
];

/** Any CADF event under an event type of its own: a call on its target. */
export const CADF_RULE: Rule = { ...API_CALL, match: '' };
