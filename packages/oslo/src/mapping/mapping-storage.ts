/** cinder, manila, glance. */
import { EXECUTION_STATES, IMAGE_STATES, STORAGE_STATES } from './mapping-states.ts';
import type { Rule } from '../rules/rule.ts';

const VOLUME_PARENT = { kind: 'storage', type: 'volume', id: ['volume_id'] } as const;

const OWNED = {
  user: ['user_id'],
  project: ['tenant_id', 'project_id'],
  state: ['status'],
  states: STORAGE_STATES,
} as const;

/** cinder/volume/volume_utils.py. */
const VOLUME_RULES: readonly Rule[] = [
  {
    ...OWNED,
    match: 'volume',
    kind: 'storage',
    type: 'volume',
    id: ['volume_id'],
    name: ['display_name'],
    host: ['host'],
    attributes: { diskGiB: ['size'], driver: ['volume_type'] },
    attachments: { list: 'volume_attachment', items: ['server_id', 'instance_uuid'] },
    extra: [
      'host',
      'snapshot_id',
      'replication_status',
      'instance_uuid',
      'audit_period_beginning',
      'audit_period_ending',
    ],
  },
  {
    ...OWNED,
    match: 'snapshot',
    kind: 'storage',
    type: 'snapshot',
    id: ['snapshot_id'],
    name: ['display_name'],
    parent: VOLUME_PARENT,
    attributes: { diskGiB: ['volume_size'] },
  },
  {
    ...OWNED,
    match: 'backup',
    kind: 'storage',
    type: 'backup',
    id: ['backup_id'],
    name: ['display_name'],
    host: ['host'],
    parent: VOLUME_PARENT,
    message: ['fail_reason'],
    attributes: { diskGiB: ['size'], errorMessage: ['fail_reason'] },
    extra: ['container', 'object_count', 'service'],
  },
  ...(
    [
      ['group', 'group_id'],
      ['group_snapshot', 'group_snapshot_id'],
      ['consistencygroup', 'consistencygroup_id'],
      ['cgsnapshot', 'cgsnapshot_id'],
    ] as const
  ).map(([match, id]): Rule => ({
    ...OWNED,
    match,
    kind: 'storage',
    type: match,
    id: [id],
    name: ['name'],
    ...(id === 'group_snapshot_id'
      ? { parent: { kind: 'storage', type: 'group', id: ['group_id'] } }
      : {}),
  })),
  {
    match: 'capacity',
    kind: 'storage',
    type: 'pool',
    id: ['name_to_id', '$publisher.host'],
    name: ['name_to_id'],
    host: ['name_to_id'],
    action: 'measure',
    attributes: { diskGiB: ['total'] },
    extra: ['total', 'free', 'allocated', 'provisioned', 'virtual_free', 'reported_at'],
  },
  {
    ...OWNED,
    match: 'share',
    kind: 'storage',
    type: 'share',
    id: ['share_id'],
    name: ['name'],
    host: ['host'],
    project: ['project_id', 'tenant_id'],
    attributes: { diskGiB: ['size'], driver: ['proto'] },
    extra: ['snapshot_id', 'share_group_id', 'is_public'],
  },
  {
    match: 'image_volume_cache',
    kind: 'image',
    type: 'image',
    id: ['image_id'],
    host: ['host'],
  },
];

/** glance/notifier.py; its context is always empty. */
const IMAGE_RULES: readonly Rule[] = [
  {
    match: 'image',
    kind: 'image',
    type: 'image',
    id: ['id', 'image_id'],
    name: ['name'],
    user: ['receiver_user_id'],
    project: ['owner', 'owner_id'],
    state: ['status'],
    states: IMAGE_STATES,
    attributes: {
      sizeBytes: ['size', 'bytes_sent'],
      format: ['disk_format'],
      visibility: ['visibility'],
      clientAddress: ['destination_ip'],
    },
    extra: ['checksum', 'container_format', 'is_public', 'protected', 'receiver_tenant_id'],
  },
  {
    match: 'image.member',
    kind: 'image',
    type: 'member',
    id: ['image_id'],
    actions: { create: 'add', delete: 'remove' },
    project: ['member_id'],
    extra: ['member_id', 'status'],
  },
  {
    match: 'task',
    kind: 'execution',
    type: 'task',
    id: ['id', 'task_id'],
    name: ['type'],
    project: ['owner'],
    actions: { success: 'state', failure: 'state', processing: 'state' },
    state: ['status'],
    states: EXECUTION_STATES,
    message: ['message'],
  },
  ...['namespace', 'object', 'property', 'resource_type', 'tag'].map((noun): Rule => ({
    match: `metadef_${noun}`,
    kind: 'image',
    type: `metadef_${noun}`,
    id: noun === 'namespace' ? ['namespace'] : ['name', 'namespace'],
    name: ['display_name', 'name'],
    project: ['owner'],
    ...(noun === 'namespace'
      ? {}
      : { parent: { kind: 'image', type: 'metadef_namespace', id: ['namespace'] } }),
    attributes: { visibility: ['visibility'] },
  })),
];

/** Volumes, snapshots, backups, groups, shares, images and what belongs to them. */
export const STORAGE_RULES: readonly Rule[] = [...VOLUME_RULES, ...IMAGE_RULES];
