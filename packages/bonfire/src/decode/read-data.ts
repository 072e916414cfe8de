import {
  isJsonObject,
  type Actor,
  type EventData,
  type JsonObject,
  type JsonValue,
  type Parent,
  type Resource,
  type StateChange,
} from '@viaduct/core';
import { kindOfObject } from '../mapping/mapping-kinds.ts';
import { canonicalState } from '../mapping/mapping-states.ts';
import { idOfPath } from './object-path.ts';
import { readAttributes, readExtra } from './read-attributes.ts';
import type { ObjectReport, Report, UserReport } from './report.ts';

/** What stands for an id where nothing in the message is one. */
const NO_ID = 'unknown';

/** The canonical `data` of a message. Missing facts are left out. */
export function readData(report: Report): EventData {
  switch (report.format) {
    case 'user':
      return userData(report);
    case 'unknown':
      return unknownData(report.members);
    default:
      return objectData(report);
  }
}

/** What a resource belongs to, when it belongs to an experiment. */
export function experimentParent(id: string): Parent {
  return { kind: 'experiment', type: 'experiment', id };
}

function objectData(report: ObjectReport): EventData {
  const { reading, data } = report;
  const resource = readResource(report);
  const state = readState(report, resource);
  const actor = readActor(report);
  const attributes = readAttributes(data);
  const isFailure = state?.value === 'failed' || reading.phase === 'error';
  return {
    resource,
    action: reading.action,
    ...(reading.nativeAction === undefined ? {} : { nativeAction: reading.nativeAction }),
    ...(reading.phase === undefined ? {} : { phase: reading.phase }),
    ...(state === undefined ? {} : { state }),
    ...(isFailure ? { outcome: 'failure' } : {}),
    severity: isFailure ? 'error' : 'info',
    ...(actor === undefined ? {} : { actor }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

function readResource({ objectType, object, data }: ObjectReport): Resource {
  const kind = kindOfObject(objectType);
  const name = text(data['name']);
  const host = text(data['host']); // null at some sites, until an update brings it
  const experiment = text(data['experimentId']) ?? text(data['experiment_id']);
  const parent = experiment === undefined ? undefined : idOfPath(experiment);
  return {
    kind,
    type: objectType,
    id: object?.id ?? NO_ID,
    ...(name === undefined ? {} : { name }),
    ...(object === undefined ? {} : { path: object.path }),
    ...(object?.site === undefined ? {} : { location: { site: object.site } }),
    ...(host === undefined ? {} : { host }),
    ...(parent === undefined ? {} : { parent: experimentParent(parent) }),
  };
}

function readState({ reading }: ObjectReport, { kind }: Resource): StateChange | undefined {
  const native = reading.state;
  return native === undefined ? undefined : { value: canonicalState(kind, native), native };
}

function readActor({ user, group }: ObjectReport): Actor | undefined {
  if (user === undefined && group === undefined) return undefined;
  return {
    ...(user === undefined ? {} : { user: { id: user } }),
    ...(group === undefined ? {} : { group: { id: group } }),
  };
}

const ACTION_MEMBER = 'Action';

/** A program in an experiment says something: COCOMA's `Message` is an object or a log line. */
function userData({ from, message }: UserReport): EventData {
  const members = isJsonObject(message) ? message : undefined;
  const said = text(message) ?? text(members?.[ACTION_MEMBER]);
  const extra = members === undefined ? [] : readExtra(members, new Set([ACTION_MEMBER]));
  return {
    resource: {
      kind: 'service',
      type: 'user',
      id: from ?? NO_ID,
      ...(from === undefined ? {} : { name: from }),
    },
    action: 'notify',
    severity: 'info',
    ...(said === undefined ? {} : { message: said }),
    ...(extra.length === 0 ? {} : { attributes: { extra } }),
  };
}

function unknownData(members: JsonObject): EventData {
  const extra = readExtra(members, new Set());
  return {
    resource: { kind: 'service', type: 'message', id: NO_ID },
    action: 'notify',
    severity: 'info',
    ...(extra.length === 0 ? {} : { attributes: { extra } }),
  };
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
