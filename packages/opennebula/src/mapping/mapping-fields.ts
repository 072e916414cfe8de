/**
 * Events of kinds for which OpenNebula has no object go out as an API event of a made-up call,
 * `one.internal.<kind>.<action>`: a real hook manager takes API hooks on any name that begins with
 * `one.internal`, and OpenNebula's own `one.internal.vmmonitor` has the same `NAME=value` inputs.
 */
import type { EventData } from '@viaduct/core';

/** One input of such a call: its name, and the canonical field it holds. */
export interface CallField {
  readonly name: string;
  readonly path: string;
  readonly read: (data: EventData) => string | undefined;
}

/** In the order they are written. */
export const CALL_FIELDS: readonly CallField[] = [
  { name: 'ID', path: 'data.resource.id', read: (data) => data.resource.id },
  { name: 'NAME', path: 'data.resource.name', read: (data) => data.resource.name },
  { name: 'TYPE', path: 'data.resource.type', read: (data) => data.resource.type },
  { name: 'HOST', path: 'data.resource.host', read: (data) => data.resource.host },
  { name: 'PHASE', path: 'data.phase', read: (data) => data.phase },
  { name: 'NATIVE_ACTION', path: 'data.nativeAction', read: (data) => data.nativeAction },
  { name: 'STATE', path: 'data.state.value', read: (data) => data.state?.value },
  { name: 'NATIVE_STATE', path: 'data.state.native', read: (data) => data.state?.native },
  { name: 'OUTCOME', path: 'data.outcome', read: (data) => data.outcome },
  { name: 'SEVERITY', path: 'data.severity', read: (data) => data.severity },
  { name: 'MESSAGE', path: 'data.message', read: (data) => data.message },
  {
    name: 'REQUEST_ID',
    path: 'data.correlation.requestId',
    read: (data) => data.correlation?.requestId,
  },
  { name: 'USER_ID', path: 'data.actor.user.id', read: (data) => data.actor?.user?.id },
  { name: 'USER_NAME', path: 'data.actor.user.name', read: (data) => data.actor?.user?.name },
  { name: 'PROJECT_ID', path: 'data.actor.project.id', read: (data) => data.actor?.project?.id },
  {
    name: 'PROJECT_NAME',
    path: 'data.actor.project.name',
    read: (data) => data.actor?.project?.name,
  },
];
