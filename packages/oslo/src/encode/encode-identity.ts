/** Users, groups and the like as keystone announces them: CADF (DSP0262), and `resource_info`. */
import type { Action, CanonicalEvent, JsonObject } from '@viaduct/core';
import { ownEventType, type Encoding, type EventTypeChoice } from './encoding.ts';
import { payloadTemplate, type PayloadField } from './payload-field.ts';
import { isoTimestamp } from '../timestamp.ts';

/** Nouns of other dialects for what keystone has a word for. */
const NOUNS: Readonly<Record<string, string>> = {
  user: 'user',
  group: 'group',
  project: 'project',
  tenant: 'project',
  vdc: 'project',
  role: 'role',
  acl: 'policy',
  domain: 'domain',
};

const WORDS: Readonly<Partial<Record<Action, string>>> = {
  create: 'created',
  update: 'updated',
  delete: 'deleted',
};

function noun(event: CanonicalEvent): string {
  const type = event.data.resource.type?.toLowerCase() ?? 'user';
  if (Object.hasOwn(NOUNS, type)) return NOUNS[type] ?? 'user';
  return type.replace(/[^a-z0-9_]+/g, '_') || 'user';
}

function isLogin(event: CanonicalEvent): boolean {
  return event.data.action === 'authenticate' || event.data.action === 'login';
}

/** keystone announces what was done, without phases; a failure is CADF's outcome. */
function eventType(event: CanonicalEvent): EventTypeChoice {
  const own = ownEventType(event, 'identity');
  if (own !== undefined) return { eventType: own };
  if (isLogin(event)) return { eventType: 'identity.authenticate' };
  return { eventType: `identity.${noun(event)}.${WORDS[event.data.action] ?? 'updated'}` };
}

function cadfAction(event: CanonicalEvent): string {
  if (isLogin(event)) return 'authenticate';
  return `${WORDS[event.data.action] ?? 'updated'}.${noun(event)}`;
}

function outcome(event: CanonicalEvent): string | undefined {
  const { outcome: said, phase } = event.data;
  if (said === 'success' || said === 'failure') return said;
  return phase === 'error' ? 'failure' : undefined;
}

const EVENT_URI = 'http://schemas.dmtf.org/cloud/audit/1.0/event';

const FIELDS: readonly PayloadField[] = [
  {
    name: 'typeURI',
    from: () => undefined,
    carries: [],
    otherwise: { value: EVENT_URI, rule: 'what every CADF event says' },
  },
  {
    name: 'eventType',
    from: () => undefined,
    carries: [],
    otherwise: { value: 'activity', rule: 'what every CADF event of keystone says' },
  },
  { name: 'id', from: (event) => event.id, carries: [] },
  { name: 'eventTime', from: (event) => zoned(event.time), carries: [] },
  { name: 'action', from: cadfAction, carries: [] },
  {
    name: 'outcome',
    from: outcome,
    carries: [],
    otherwise: { value: 'unknown', rule: 'not known: unknown' },
  },
  {
    name: 'observer',
    from: () => undefined,
    carries: [],
    otherwise: {
      value: { id: 'viaduct', typeURI: 'service/security' },
      rule: 'the observer is Viaduct',
    },
  },
  {
    name: 'initiator',
    from: initiator,
    carries: ['data.attributes.clientAddress', 'data.actor.domain.id', 'data.resource.type'],
    otherwise: {
      value: { id: '', typeURI: 'service/security/account/user' },
      rule: 'nobody known: an empty id',
    },
  },
  {
    name: 'target',
    from: ({ data }) => ({
      id: data.resource.id,
      typeURI: `data/security/${data.resource.type?.toLowerCase() ?? 'account/user'}`,
      ...(data.resource.name === undefined ? {} : { name: data.resource.name }),
    }),
    carries: ['data.resource.id', 'data.resource.name'],
  },
  { name: 'resource_info', from: ({ data }) => data.resource.id, carries: [] },
  {
    name: 'reason',
    from: ({ data }) =>
      data.message === undefined && data.attributes?.errorCode === undefined
        ? undefined
        : {
            reasonType: data.message ?? '',
            reasonCode: data.attributes?.errorCode ?? '',
          },
    carries: ['data.message', 'data.attributes.errorCode'],
  },
];

function initiator({ data }: CanonicalEvent): JsonObject | undefined {
  const { user, project, domain } = data.actor ?? {};
  if (user === undefined && project === undefined) return undefined;
  const address = data.attributes?.clientAddress;
  return {
    id: user?.id ?? user?.name ?? '',
    typeURI: 'service/security/account/user',
    ...(user?.name === undefined ? {} : { name: user.name }),
    ...(project?.id === undefined ? {} : { project_id: project.id }),
    ...(domain?.id === undefined ? {} : { domain_id: domain.id }),
    ...(address === undefined ? {} : { host: { address } }),
  };
}

/** pycadf writes the zone without a colon. */
function zoned(time: string): string | undefined {
  const iso = isoTimestamp(time);
  return iso === undefined ? undefined : `${iso}+0000`;
}

/** Users, groups, projects, roles. */
export const IDENTITY_ENCODING: Encoding = {
  service: 'identity',
  eventType,
  template: payloadTemplate('payload', FIELDS),
};
