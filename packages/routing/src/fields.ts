/** The fields that a route can name: tables only. */
import {
  ACTIONS,
  ALARM_SEVERITIES,
  KINDS,
  OUTCOMES,
  PHASES,
  SEVERITIES,
  STATES,
} from '@viaduct/core';

/** What a field holds, and which words it can hold where that is a closed list. */
export interface FieldShape {
  readonly holds: 'text' | 'number';
  /** The closed list of its words. */
  readonly words?: readonly string[];
  /** Its words are in ascending order: `>=` means something. */
  readonly ordered?: true;
}

const TEXT: FieldShape = { holds: 'text' };
const NUMBER: FieldShape = { holds: 'number' };
const KIND: FieldShape = { holds: 'text', words: KINDS };
const STATE: FieldShape = {
  holds: 'text',
  words: [...new Set<string>(Object.values(STATES).flat())].sort(),
};

/** Every path that ends in a value, from the event on. Lists stand for their elements. */
export const FIELDS: Readonly<Record<string, FieldShape>> = {
  id: TEXT,
  source: TEXT,
  type: TEXT,
  subject: TEXT,
  time: TEXT,
  dataschema: TEXT,
  origin: TEXT,
  nativetype: TEXT,
  partitionkey: TEXT,
  trail: TEXT,
  receivedtime: TEXT,
  timesource: { holds: 'text', words: ['native', 'received'] },
  traceparent: TEXT,
  replayed: { holds: 'text', words: ['true'] },

  'data.resource.kind': KIND,
  'data.resource.type': TEXT,
  'data.resource.id': TEXT,
  'data.resource.name': TEXT,
  'data.resource.path': TEXT,
  'data.resource.location.site': TEXT,
  'data.resource.location.zone': TEXT,
  'data.resource.location.region': TEXT,
  'data.resource.host': TEXT,
  'data.resource.parent.kind': KIND,
  'data.resource.parent.type': TEXT,
  'data.resource.parent.id': TEXT,
  'data.resource.parent.name': TEXT,

  'data.action': { holds: 'text', words: ACTIONS },
  'data.nativeAction': TEXT,
  'data.phase': { holds: 'text', words: PHASES },
  'data.state.value': STATE,
  'data.state.native': TEXT,
  'data.state.previous.value': STATE,
  'data.state.previous.native': TEXT,
  'data.outcome': { holds: 'text', words: OUTCOMES },
  'data.severity': { holds: 'text', words: SEVERITIES, ordered: true },
  'data.message': TEXT,

  'data.alarm.key': TEXT,
  'data.alarm.state': { holds: 'text', words: ['raised', 'cleared'] },
  'data.alarm.severity': { holds: 'text', words: ALARM_SEVERITIES, ordered: true },
  'data.alarm.cause': TEXT,

  'data.actor.user.id': TEXT,
  'data.actor.user.name': TEXT,
  'data.actor.project.id': TEXT,
  'data.actor.project.name': TEXT,
  'data.actor.group.id': TEXT,
  'data.actor.group.name': TEXT,
  'data.actor.domain.id': TEXT,
  'data.actor.domain.name': TEXT,

  'data.correlation.requestId': TEXT,
  'data.correlation.executionId': TEXT,
  'data.correlation.serviceId': TEXT,

  'data.attributes.vcpus': NUMBER,
  'data.attributes.cpuShare': NUMBER,
  'data.attributes.memoryMiB': NUMBER,
  'data.attributes.diskGiB': NUMBER,
  'data.attributes.ephemeralGiB': NUMBER,
  'data.attributes.swapMiB': NUMBER,
  'data.attributes.sizeBytes': NUMBER,
  'data.attributes.flavor': TEXT,
  'data.attributes.flavorId': TEXT,
  'data.attributes.image': TEXT,
  'data.attributes.imageId': TEXT,
  'data.attributes.architecture': TEXT,
  'data.attributes.osType': TEXT,
  'data.attributes.hypervisor': TEXT,
  'data.attributes.hostname': TEXT,
  'data.attributes.addresses.address': TEXT,
  'data.attributes.addresses.version': NUMBER,
  'data.attributes.addresses.mac': TEXT,
  'data.attributes.addresses.network': TEXT,
  'data.attributes.addresses.type': { holds: 'text', words: ['fixed', 'floating'] },
  'data.attributes.createdAt': TEXT,
  'data.attributes.launchedAt': TEXT,
  'data.attributes.terminatedAt': TEXT,
  'data.attributes.deletedAt': TEXT,
  'data.attributes.updatedAt': TEXT,
  'data.attributes.task': TEXT,
  'data.attributes.powerState': TEXT,
  'data.attributes.progressPercent': NUMBER,
  'data.attributes.owner': TEXT,
  'data.attributes.visibility': TEXT,
  'data.attributes.format': TEXT,
  'data.attributes.bridge': TEXT,
  'data.attributes.vlanId': TEXT,
  'data.attributes.driver': TEXT,
  'data.attributes.cluster': TEXT,
  'data.attributes.clusterId': TEXT,
  'data.attributes.datastore': TEXT,
  'data.attributes.datastoreId': TEXT,
  'data.attributes.attachments': TEXT,
  'data.attributes.durationSeconds': NUMBER,
  'data.attributes.exitCode': NUMBER,
  'data.attributes.errorCode': TEXT,
  'data.attributes.errorMessage': TEXT,
  'data.attributes.call': TEXT,
  'data.attributes.parameters.direction': { holds: 'text', words: ['in', 'out'] },
  'data.attributes.parameters.position': NUMBER,
  'data.attributes.parameters.value': TEXT,
  'data.attributes.clientAddress': TEXT,
};

/** What is not in the event's fixed names: `attributes.extra.<name>`. */
export const EXTRA_PREFIX = 'data.attributes.extra.';

/** Short names, each for one or several paths; several mean "any of them". */
export const SHORT_NAMES: Readonly<Record<string, readonly string[]>> = {
  kind: ['data.resource.kind'],
  action: ['data.action'],
  nativeAction: ['data.nativeAction'],
  phase: ['data.phase'],
  state: ['data.state.value'],
  nativeState: ['data.state.native'],
  previous: ['data.state.previous.value'],
  nativePrevious: ['data.state.previous.native'],
  outcome: ['data.outcome'],
  severity: ['data.severity'],
  message: ['data.message'],
  resource: ['data.resource.id', 'data.resource.name'],
  name: ['data.resource.name'],
  host: ['data.resource.host'],
  site: ['data.resource.location.site'],
  zone: ['data.resource.location.zone'],
  region: ['data.resource.location.region'],
  parent: ['data.resource.parent.id', 'data.resource.parent.name'],
  user: ['data.actor.user.id', 'data.actor.user.name'],
  project: ['data.actor.project.id', 'data.actor.project.name'],
  group: ['data.actor.group.id', 'data.actor.group.name'],
  domain: ['data.actor.domain.id', 'data.actor.domain.name'],
  alarm: ['data.alarm.state'],
  request: ['data.correlation.requestId'],
  execution: ['data.correlation.executionId'],
  service: ['data.correlation.serviceId'],
};
