/**
 * The objects of VIADUCT-MIB: one table, from which the module, the writer and the reader are made.
 * `id` is the object's number below `viaductObjects` and never changes its meaning.
 */
import type { EnumerationName } from './mapping-numbers.ts';

/** How a value stands in a varbind. */
export type Syntax =
  /** SnmpAdminString: UTF-8, at most 255 octets. */
  | 'text'
  /** ViaductText: UTF-8, at most 1024 octets. */
  | 'longText'
  /** DateAndTime of SNMPv2-TC: to a tenth of a second. */
  | 'dateAndTime'
  | 'Unsigned32'
  | 'Integer32'
  /** A list of texts, separated by blanks. */
  | 'textList'
  | EnumerationName;

/**
 * Whether an object is always there and in which order what does not fit leaves a datagram.
 * - `always`: in every notification (its OBJECTS clause); empty or 0 where the event does not say.
 * - `kept`: sent where known, and never left out for want of room.
 * - `spare`: sent where known; the last of the table leaves first.
 */
export type Presence = 'always' | 'kept' | 'spare';

/** One object. */
export interface MibObject {
  readonly id: number;
  /** Without the prefix `viaduct`. */
  readonly name: string;
  /** The field of the canonical event that it carries. */
  readonly path: string;
  readonly syntax: Syntax;
  readonly presence: Presence;
  readonly description: string;
}

function object(
  id: number,
  name: string,
  path: string,
  syntax: Syntax,
  presence: Presence,
  description: string,
): MibObject {
  return { id, name, path, syntax, presence, description };
}

/** In the order in which they are sent. */
export const MIB_OBJECTS: readonly MibObject[] = [
  object(1, 'EventId', 'id', 'text', 'always', 'The UUID of the event, the same at every hop.'),
  object(
    2,
    'EventTime',
    'time',
    'dateAndTime',
    'always',
    "When it happened, by its source's clock, UTC.",
  ),
  object(
    20,
    'ResourceKind',
    'data.resource.kind',
    'ViaductKindValue',
    'always',
    'What it is about.',
  ),
  object(22, 'ResourceId', 'data.resource.id', 'text', 'always', 'The id of the resource.'),
  object(23, 'ResourceName', 'data.resource.name', 'text', 'always', 'The name of the resource.'),
  object(
    43,
    'State',
    'data.state.value',
    'ViaductStateValue',
    'always',
    'The state the resource is in after the event.',
  ),
  object(48, 'Severity', 'data.severity', 'ViaductSeverityValue', 'always', 'How much it matters.'),
  object(49, 'Message', 'data.message', 'longText', 'always', 'The text for people.'),
  object(
    7,
    'EventTrail',
    'trail',
    'longText',
    'kept',
    'The ids of the brokers it has passed, oldest first, separated by a blank.',
  ),
  object(
    50,
    'AlarmKey',
    'data.alarm.key',
    'text',
    'kept',
    'The same in the notifications that raise and clear one alarm.',
  ),
  object(
    51,
    'AlarmState',
    'data.alarm.state',
    'ViaductAlarmStateValue',
    'kept',
    'Whether it raises or clears the alarm.',
  ),
  object(
    52,
    'AlarmSeverity',
    'data.alarm.severity',
    'ViaductAlarmSeverityValue',
    'kept',
    'Perceived severity (X.733).',
  ),
  object(40, 'Action', 'data.action', 'ViaductActionValue', 'kept', 'What was done.'),
  object(41, 'Phase', 'data.phase', 'ViaductPhaseValue', 'spare', 'Where the operation stands.'),
  object(47, 'Outcome', 'data.outcome', 'ViaductOutcomeValue', 'spare', 'How it came out.'),
  object(
    4,
    'NativeType',
    'nativetype',
    'text',
    'spare',
    'What its own system calls such an event.',
  ),
  object(3, 'EventSource', 'source', 'text', 'spare', 'Where it comes from, a URI.'),
  object(
    5,
    'EventTimestamp',
    'time',
    'text',
    'spare',
    'The time of the event to the millisecond (RFC 3339, UTC).',
  ),
  object(
    21,
    'ResourceType',
    'data.resource.type',
    'text',
    'spare',
    "The system's own noun for it.",
  ),
  object(53, 'AlarmCause', 'data.alarm.cause', 'text', 'spare', 'The probable cause.'),
  object(
    90,
    'ErrorMessage',
    'data.attributes.errorMessage',
    'longText',
    'spare',
    'What went wrong.',
  ),
  object(91, 'ErrorCode', 'data.attributes.errorCode', 'text', 'spare', 'The code of the error.'),
  object(92, 'ExitCode', 'data.attributes.exitCode', 'Integer32', 'spare', 'The exit code.'),
  object(28, 'Host', 'data.resource.host', 'text', 'spare', 'The physical host it is on.'),
  object(
    45,
    'PreviousState',
    'data.state.previous.value',
    'ViaductStateValue',
    'spare',
    'The state before.',
  ),
  object(
    44,
    'StateNative',
    'data.state.native',
    'text',
    'spare',
    "The state in its system's words.",
  ),
  object(
    46,
    'PreviousStateNative',
    'data.state.previous.native',
    'text',
    'spare',
    "The state before in its system's words.",
  ),
  object(
    42,
    'NativeAction',
    'data.nativeAction',
    'text',
    'spare',
    "The system's word for the action.",
  ),
  object(
    29,
    'ParentKind',
    'data.resource.parent.kind',
    'ViaductKindValue',
    'spare',
    'What the resource belongs to.',
  ),
  object(
    31,
    'ParentId',
    'data.resource.parent.id',
    'text',
    'spare',
    'The id of what it belongs to.',
  ),
  object(
    32,
    'ParentName',
    'data.resource.parent.name',
    'text',
    'spare',
    'The name of what it belongs to.',
  ),
  object(
    30,
    'ParentType',
    'data.resource.parent.type',
    'text',
    'spare',
    "The system's noun for what it belongs to.",
  ),
  object(25, 'Site', 'data.resource.location.site', 'text', 'spare', 'The site it is at.'),
  object(26, 'Zone', 'data.resource.location.zone', 'text', 'spare', 'The zone it is in.'),
  object(27, 'Region', 'data.resource.location.region', 'text', 'spare', 'The region it is in.'),
  object(62, 'ProjectId', 'data.actor.project.id', 'text', 'spare', 'The id of the project.'),
  object(63, 'ProjectName', 'data.actor.project.name', 'text', 'spare', 'The name of the project.'),
  object(60, 'UserId', 'data.actor.user.id', 'text', 'spare', 'The id of the user.'),
  object(61, 'UserName', 'data.actor.user.name', 'text', 'spare', 'The name of the user.'),
  object(64, 'GroupId', 'data.actor.group.id', 'text', 'spare', 'The id of the group.'),
  object(65, 'GroupName', 'data.actor.group.name', 'text', 'spare', 'The name of the group.'),
  object(66, 'DomainId', 'data.actor.domain.id', 'text', 'spare', 'The id of the domain.'),
  object(67, 'DomainName', 'data.actor.domain.name', 'text', 'spare', 'The name of the domain.'),
  object(70, 'RequestId', 'data.correlation.requestId', 'text', 'spare', 'The id of the request.'),
  object(
    71,
    'ExecutionId',
    'data.correlation.executionId',
    'text',
    'spare',
    'The id of the execution it is part of.',
  ),
  object(
    72,
    'ServiceId',
    'data.correlation.serviceId',
    'text',
    'spare',
    'The id of the service it is part of.',
  ),
  object(80, 'Vcpus', 'data.attributes.vcpus', 'Unsigned32', 'spare', 'Virtual processors.'),
  object(81, 'MemoryMiB', 'data.attributes.memoryMiB', 'Unsigned32', 'spare', 'Memory in MiB.'),
  object(82, 'DiskGiB', 'data.attributes.diskGiB', 'Unsigned32', 'spare', 'Disk in GiB.'),
  object(
    83,
    'Addresses',
    'data.attributes.addresses',
    'textList',
    'spare',
    'Network addresses, separated by a blank.',
  ),
  object(84, 'Hostname', 'data.attributes.hostname', 'text', 'spare', 'Its name as a host.'),
  object(85, 'Flavor', 'data.attributes.flavor', 'text', 'spare', 'The name of its flavor.'),
  object(86, 'Image', 'data.attributes.image', 'text', 'spare', 'The name of its image.'),
  object(87, 'Task', 'data.attributes.task', 'text', 'spare', 'The task in progress.'),
  object(
    88,
    'ProgressPercent',
    'data.attributes.progressPercent',
    'Unsigned32',
    'spare',
    'How far it has come, per cent.',
  ),
  object(
    89,
    'DurationSeconds',
    'data.attributes.durationSeconds',
    'Unsigned32',
    'spare',
    'How long it took, whole seconds.',
  ),
  object(93, 'Cluster', 'data.attributes.cluster', 'text', 'spare', 'The name of its cluster.'),
  object(
    94,
    'Datastore',
    'data.attributes.datastore',
    'text',
    'spare',
    'The name of its datastore.',
  ),
  object(95, 'Call', 'data.attributes.call', 'text', 'spare', 'The method that was called.'),
  object(
    96,
    'ClientAddress',
    'data.attributes.clientAddress',
    'text',
    'spare',
    'The address a call came from.',
  ),
  object(24, 'ResourcePath', 'data.resource.path', 'text', 'spare', 'Its place in an API.'),
  object(6, 'Traceparent', 'traceparent', 'text', 'spare', 'W3C trace context.'),
];
