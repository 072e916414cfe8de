/** Storage events as cinder's `volume.*`. */
import type { State } from '@viaduct/core';
import type { Encoding } from './encoding.ts';
import {
  EMPTY,
  NO_ITEMS,
  NULL,
  payloadTemplate,
  wholeNumber,
  type PayloadField,
} from './payload-field.ts';
import {
  CREATED,
  MESSAGE,
  phased,
  STATE_PATHS,
  stateWord,
  TENANT,
  ZONE,
  zoned,
  type Words,
} from './resource-fields.ts';

const VOLUME_WORDS: Words = {
  create: 'create',
  delete: 'delete',
  update: 'update',
  resize: 'resize',
  attach: 'attach',
  detach: 'detach',
  revert: 'revert',
  transfer: 'transfer.accept',
  import: 'manage_existing',
  export: 'unmanage',
};

const VOLUME_STATES: Readonly<Partial<Record<State, string>>> = {
  pending: 'creating',
  resizing: 'extending',
  restoring: 'restoring-backup',
  migrating: 'retyping',
  failed: 'error',
};

/** cinder/volume/volume_utils.py _usage_from_volume. */
const VOLUME_FIELDS: readonly PayloadField[] = [
  TENANT,
  {
    name: 'host',
    from: ({ data }) => data.resource.host,
    carries: ['data.resource.host'],
    otherwise: NULL,
  },
  { name: 'user_id', from: ({ data }) => data.actor?.user?.id, carries: [], otherwise: EMPTY },
  ZONE,
  { name: 'volume_id', from: ({ data }) => data.resource.id, carries: ['data.resource.id'] },
  {
    name: 'volume_type',
    from: ({ data }) => data.attributes?.driver,
    carries: ['data.attributes.driver'],
    otherwise: NULL,
  },
  {
    name: 'display_name',
    from: ({ data }) => data.resource.name,
    carries: ['data.resource.name'],
    otherwise: NULL,
  },
  {
    name: 'launched_at',
    from: ({ data }) => zoned(data.attributes?.launchedAt),
    carries: ['data.attributes.launchedAt'],
    otherwise: EMPTY,
  },
  CREATED,
  {
    name: 'status',
    from: (event) => stateWord(event, VOLUME_STATES),
    carries: STATE_PATHS,
    otherwise: EMPTY,
  },
  { name: 'snapshot_id', from: () => undefined, carries: [], otherwise: NULL },
  {
    name: 'size',
    from: ({ data }) => wholeNumber(data.attributes?.diskGiB),
    carries: ['data.attributes.diskGiB'],
    otherwise: NULL,
  },
  { name: 'replication_status', from: () => undefined, carries: [], otherwise: NULL },
  { name: 'metadata', from: () => undefined, carries: [], otherwise: NO_ITEMS },
  {
    name: 'volume_attachment',
    from: ({ data }) => data.attributes?.attachments?.map((id) => ({ server_id: id })),
    carries: ['data.attributes.attachments'],
    otherwise: NO_ITEMS,
  },
  MESSAGE,
];

/** Volumes and whatever else stores blocks. */
export const VOLUME_ENCODING: Encoding = {
  service: 'volume',
  eventType: phased('volume', VOLUME_WORDS),
  template: payloadTemplate('payload', VOLUME_FIELDS),
};
