import { isJsonObject, type EventAttributes, type JsonValue } from '@viaduct/core';
import type { DecodedTrap } from './decoded-trap.ts';
import {
  CLOUDIFY,
  CLOUDIFY_OBJECTS,
  PARAMETERS_NAME,
  WORKFLOWS,
  type CloudifyObject,
} from '../mapping.ts';
import type { SnmpNotification, SnmpVarbind } from '../message.ts';
import { textOf } from '../wire/octets.ts';
import { withoutInstance } from '../wire/oid.ts';

/**
 * Reads a trap of CLOUDIFY-MIB: with or without the `.0` of an instance, in any order, ISO 8859-1
 * or UTF-8. `undefined` for a notification number that the MIB does not have, or without an
 * execution.
 */
export function decodeCloudify({ trapOid, varbinds }: SnmpNotification): DecodedTrap | undefined {
  const number = Number(trapOid.slice(CLOUDIFY.notifications.length + 1));
  const meaning = WORKFLOWS[number];
  const values = valuesOf(varbinds);
  const text = (name: CloudifyObject): string | undefined => {
    const varbind = values.get(name);
    const value = varbind === undefined ? undefined : textOf(varbind);
    return value === '' ? undefined : value;
  };
  const id = text('executionId');
  if (meaning === undefined || id === undefined) return undefined;
  const { action, state, outcome, severity, event } = meaning;
  const name = text('workflowName');
  const deployment = text('deploymentId');
  const tenant = text('tenantName');
  const error = text('error');
  const attributes = attributesOf(text('parameters'), error);
  const time = timeOf(values.get('timestamp'));
  return {
    ...(time === undefined ? {} : { time }),
    data: {
      resource: {
        kind: 'execution',
        type: 'execution',
        id,
        ...(name === undefined ? {} : { name }),
        ...(deployment === undefined
          ? {}
          : { parent: { kind: 'deployment', type: 'deployment', id: deployment } }),
      },
      action,
      nativeAction: event,
      state: { value: state, native: event },
      ...(outcome === undefined ? {} : { outcome }),
      severity,
      ...(error === undefined ? {} : { message: error }),
      ...(tenant === undefined ? {} : { actor: { project: { name: tenant } } }),
      correlation: { executionId: id },
      ...(attributes === undefined ? {} : { attributes }),
    },
  };
}

const NAMES: ReadonlyMap<string, CloudifyObject> = new Map(
  (Object.keys(CLOUDIFY_OBJECTS) as CloudifyObject[]).map((name) => [
    `${CLOUDIFY.properties}.${CLOUDIFY_OBJECTS[name]}`,
    name,
  ]),
);

function valuesOf(varbinds: readonly SnmpVarbind[]): ReadonlyMap<CloudifyObject, SnmpVarbind> {
  const values = new Map<CloudifyObject, SnmpVarbind>();
  for (const varbind of varbinds) {
    const name = NAMES.get(varbind.oid) ?? NAMES.get(withoutInstance(varbind.oid));
    if (name !== undefined && !values.has(name)) values.set(name, varbind);
  }
  return values;
}

/** Seconds since the epoch, as a Counter64; other integers are taken too. */
function timeOf(varbind: SnmpVarbind | undefined): string | undefined {
  if (varbind === undefined || !('value' in varbind)) return undefined;
  const seconds = Number(varbind.value);
  const isTime = Number.isFinite(seconds) && seconds > 0 && seconds <= TIME_SECONDS_MAX;
  return isTime && varbind.value !== null ? new Date(seconds * 1000).toISOString() : undefined;
}

/** The last second of the year 9999, the last that RFC 3339 can write. */
const TIME_SECONDS_MAX = 253_402_300_799;

function attributesOf(
  parameters: string | undefined,
  error: string | undefined,
): EventAttributes | undefined {
  const value = parseParameters(parameters);
  if (value === undefined && error === undefined) return undefined;
  return {
    ...(error === undefined ? {} : { errorMessage: error }),
    ...(value === undefined ? {} : { extra: [{ name: PARAMETERS_NAME, value }] }),
  };
}

/** What is no JSON is kept as a text; the empty object says that there are none. */
function parseParameters(text: string | undefined): JsonValue | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    return isJsonObject(value) && Object.keys(value).length === 0 ? undefined : value;
  } catch {
    return text;
  }
}
