/** Image events as glance's `image.*`. */
import type { CanonicalEvent, State } from '@viaduct/core';
import { ownEventType, type Encoding, type EventTypeChoice } from './encoding.ts';
import {
  EMPTY,
  NO_MEMBERS,
  NULL,
  payloadTemplate,
  tenantId,
  wholeNumber,
  type PayloadField,
} from './payload-field.ts';
import {
  CREATED,
  MESSAGE,
  STATE_PATHS,
  stateAction,
  stateWord,
  zoned,
  type Words,
} from './resource-fields.ts';

const IMAGE_WORDS: Words = {
  create: 'create',
  delete: 'delete',
  update: 'update',
  upload: 'upload',
  enable: 'activate',
  disable: 'deactivate',
};

/** glance announces what is done, without phases; an error is an event of priority ERROR. */
function imageEventType(event: CanonicalEvent): EventTypeChoice {
  const own = ownEventType(event, 'image', Object.values(IMAGE_WORDS));
  if (own !== undefined) return { eventType: own };
  const word = IMAGE_WORDS[stateAction(event) ?? event.data.action];
  return { eventType: `image.${word ?? 'update'}` };
}

const IMAGE_STATES: Readonly<Partial<Record<State, string>>> = {
  pending: 'queued',
  creating: 'saving',
  available: 'active',
  'in-use': 'active',
  locked: 'saving',
  disabled: 'deactivated',
  failed: 'killed',
  deleting: 'pending_delete',
};

const IMAGE_FIELDS: readonly PayloadField[] = [
  { name: 'id', from: ({ data }) => data.resource.id, carries: ['data.resource.id'] },
  {
    name: 'name',
    from: ({ data }) => data.resource.name,
    carries: ['data.resource.name'],
    otherwise: NULL,
  },
  {
    name: 'status',
    from: (event) => stateWord(event, IMAGE_STATES),
    carries: STATE_PATHS,
    otherwise: EMPTY,
  },
  { ...CREATED, otherwise: NULL },
  {
    name: 'updated_at',
    from: ({ data }) => zoned(data.attributes?.updatedAt),
    carries: ['data.attributes.updatedAt'],
    otherwise: NULL,
  },
  {
    name: 'deleted_at',
    from: ({ data }) => zoned(data.attributes?.deletedAt),
    carries: ['data.attributes.deletedAt'],
    otherwise: NULL,
  },
  {
    name: 'deleted',
    from: ({ data }) => (data.state === undefined ? undefined : data.state.value === 'deleted'),
    carries: [],
    otherwise: { value: false, rule: 'not known: it is there' },
  },
  { name: 'container_format', from: () => undefined, carries: [], otherwise: NULL },
  {
    name: 'disk_format',
    from: ({ data }) => data.attributes?.format,
    carries: ['data.attributes.format'],
    otherwise: NULL,
  },
  {
    name: 'size',
    from: ({ data }) => wholeNumber(data.attributes?.sizeBytes),
    carries: ['data.attributes.sizeBytes'],
    otherwise: NULL,
  },
  { name: 'checksum', from: () => undefined, carries: [], otherwise: NULL },
  {
    name: 'visibility',
    from: ({ data }) => data.attributes?.visibility,
    carries: ['data.attributes.visibility'],
  },
  {
    name: 'owner',
    from: tenantId,
    carries: [],
    otherwise: NULL,
  },
  { name: 'properties', from: () => undefined, carries: [], otherwise: NO_MEMBERS },
  MESSAGE,
];

/** Images. */
export const IMAGE_ENCODING: Encoding = {
  service: 'image',
  eventType: imageEventType,
  template: payloadTemplate('payload', IMAGE_FIELDS),
};
