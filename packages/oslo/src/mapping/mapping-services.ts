/** ironic, masakari, heat, magnum, aodh, trove, sahara, watcher and smaller ones. */
import {
  CLUSTER_STATES,
  EXECUTION_STATES,
  NODE_STATES,
  SERVICE_STATES,
  STACK_STATES,
} from './mapping-states.ts';
import type { Rule } from '../rules/rule.ts';

const NODE_PARENT = { kind: 'host', type: 'node', id: ['node_uuid'] } as const;

/** ironic/objects and ironic/drivers/modules/ipmitool (sensors). */
const BAREMETAL_RULES: readonly Rule[] = [
  {
    match: 'baremetal.node',
    kind: 'host',
    type: 'node',
    id: ['uuid'],
    name: ['name'],
    host: ['$publisher.host'],
    project: ['owner'],
    flags: [{ path: 'maintenance', is: true, state: 'maintenance', native: 'maintenance' }],
    state: ['provision_state', 'power_state'],
    states: { ...NODE_STATES, 'power on': 'up', 'power off': 'down' },
    previousState: ['previous_provision_state'],
    message: ['last_error', 'maintenance_reason'],
    attributes: {
      powerState: ['power_state'],
      errorMessage: ['last_error'],
      errorCode: ['fault'],
      driver: ['driver'],
    },
    extra: ['instance_uuid', 'resource_class', 'to_power', 'from_power', 'target_provision_state'],
  },
  ...(
    [
      ['port', 'device'],
      ['portgroup', 'device'],
      ['chassis', 'device'],
      ['volumeconnector', 'storage'],
      ['volumetarget', 'storage'],
      ['deploy_template', 'deployment'],
      ['allocation', 'request'],
      ['trait', 'device'],
      ['runbook', 'deployment'],
    ] as const
  ).map(([noun, kind]): Rule => ({
    match: `baremetal.${noun}`,
    kind,
    type: noun,
    id: ['uuid'],
    name: ['name', 'description'],
    host: ['$publisher.host'],
    parent: NODE_PARENT,
    extra: ['address', 'physical_network', 'connector_id', 'volume_id', 'volume_type'],
  })),
  {
    match: 'hardware',
    kind: 'host',
    type: 'node',
    id: ['node_uuid', 'instance_uuid', '$publisher'],
    name: ['node_name'],
    action: 'measure',
    extra: ['instance_uuid', 'event_type', 'payload'],
  },
];

/** masakari/notifications/objects. Its reports are the best source for "host down". */
const RECOVERY_RULES: readonly Rule[] = [
  {
    match: 'host',
    kind: 'host',
    type: 'host',
    id: ['uuid', 'name'],
    name: ['name'],
    parent: {
      kind: 'host',
      type: 'segment',
      id: ['failover_segment_id', 'failover_segment.uuid'],
      name: ['failover_segment.name'],
    },
    flags: [{ path: 'on_maintenance', is: true, state: 'maintenance', native: 'on_maintenance' }],
    extra: ['reserved', 'type', 'control_attributes'],
  },
  {
    match: 'segment',
    kind: 'host',
    type: 'segment',
    id: ['uuid', 'name', 'segment_id', 'segment.id'],
    name: ['name'],
    extra: ['recovery_method', 'service_type'],
  },
  {
    match: 'notification',
    kind: 'execution',
    type: 'notification',
    id: ['notification_uuid', 'source_host_uuid'],
    name: ['type'],
    parent: { kind: 'host', type: 'host', id: ['source_host_uuid'] },
    state: ['status'],
    states: EXECUTION_STATES,
    message: ['fault.exception_message', 'payload.event'],
    extra: ['type', 'payload', 'generated_time'],
  },
];

const STACK: Omit<Rule, 'match'> = {
  kind: 'deployment',
  type: 'stack',
  id: ['stack_identity'],
  name: ['stack_name', 'name'],
  user: ['$context.trustor_user_id', '$context.user_id'],
  userName: ['username', 'user_id'],
  project: ['tenant_id'],
  state: ['state'],
  states: STACK_STATES,
  message: ['state_reason', 'message'],
  attributes: { createdAt: ['create_at', 'created_at'], updatedAt: ['updated_at'] },
  extra: ['user_identity', 'description', 'tags'],
};

/** heat/engine/notification; magnum/conductor/utils.py (CADF); sahara/utils/notification. */
const DEPLOYMENT_RULES: readonly Rule[] = [
  { ...STACK, match: 'orchestration.stack' },
  {
    ...STACK,
    match: 'orchestration.autoscaling',
    type: 'scaling group',
    id: [],
    idParts: [['stack_identity'], ['groupname']],
    action: 'scale',
    message: ['message'],
    extra: ['groupname', 'adjustment', 'adjustment_type', 'capacity'],
  },
  {
    match: 'magnum.cluster',
    kind: 'deployment',
    type: 'cluster',
    id: ['target.id'],
    user: ['initiator.user_id', 'initiator.id'],
    userName: ['initiator.username', 'initiator.name'],
    project: ['initiator.project_id'],
    states: CLUSTER_STATES,
    attributes: { clientAddress: ['initiator.host.address'], errorCode: ['reason.reasonCode'] },
  },
  {
    match: 'sahara.cluster',
    kind: 'deployment',
    type: 'cluster',
    id: ['cluster_id'],
    name: ['cluster_name'],
    user: ['user_id'],
    project: ['project_id'],
    state: ['cluster_status'],
    states: CLUSTER_STATES,
  },
];

/** watcher/notifications. */
const OPTIMISATION_RULES: readonly Rule[] = (
  [
    ['action_plan', 'audit', ['audit_uuid']],
    ['audit', 'goal', ['goal_uuid']],
    ['action', 'action_plan', ['action_plan_uuid', 'action_plan.uuid']],
  ] as const
).map(([match, parent, id]): Rule => ({
  match,
  kind: 'execution',
  type: match,
  id: ['uuid'],
  name: ['name', 'action_type'],
  parent: { kind: 'execution', type: parent, id },
  state: ['state_update.state', 'state'],
  previousState: ['state_update.old_state'],
  states: EXECUTION_STATES,
  message: ['fault.exception_message', 'status_message'],
  extra: ['audit_type', 'strategy_uuid', 'goal_uuid', 'action_type'],
}));

const SMALL_RULES: readonly Rule[] = [
  {
    match: 'alarm',
    kind: 'service',
    type: 'alarm',
    id: ['alarm_id'],
    name: ['detail.#json.name', 'name'],
    user: ['user_id'],
    project: ['on_behalf_of', 'project_id'],
    state: ['detail.#json.state', 'detail.state'],
    states: SERVICE_STATES,
    message: ['detail.#json.transition_reason', 'detail.transition_reason', 'reason'],
    extra: ['type', 'severity', 'event_id', 'detail'],
  },
  {
    match: 'trove.instance',
    kind: 'service',
    type: 'db instance',
    id: ['instance_id'],
    name: ['instance_name', 'name', 'display_name'],
    user: ['user_id'],
    project: ['tenant_id'],
    state: ['state'],
    states: SERVICE_STATES,
    attributes: {
      flavor: ['instance_type'],
      flavorId: ['instance_type_id'],
      diskGiB: ['volume_size'],
      memoryMiB: ['instance_size'],
      task: ['state_description'],
    },
    extra: ['nova_instance_id', 'nova_volume_id', 'service_id'],
  },
  {
    match: 'magnetodb.table',
    kind: 'service',
    type: 'table',
    id: ['table_uuid', 'table_name'],
    name: ['table_name'],
    extra: ['index_count'],
  },
  {
    match: 'telemetry',
    kind: 'service',
    type: 'sample',
    id: ['samples.0.resource_id', '$publisher'],
    action: 'measure',
    extra: ['samples'],
  },
  {
    match: 'profiler',
    kind: 'request',
    type: 'trace',
    id: ['base_id', 'trace_id'],
    name: ['name'],
    user: ['user_id'],
    project: ['project_id', 'project'],
    action: 'measure',
    extra: ['trace_id', 'parent_id', 'info'],
  },
];

/** What is neither an instance, storage, a network nor an identity. */
export const SERVICE_RULES: readonly Rule[] = [
  ...BAREMETAL_RULES,
  ...RECOVERY_RULES,
  ...DEPLOYMENT_RULES,
  ...OPTIMISATION_RULES,
  ...SMALL_RULES,
];
