/** An event of the oracle as an oslo.messaging notification, and back from one that arrived. */
import { isJsonObject, type JsonObject } from '@viaduct/core';
import { fingerprint } from './fingerprint.ts';
import type { Sample, Witness } from './sample.ts';

/** Bytes of a payload that only same-dialect output carries; it vouches for itself by `digest`. */
const BALLAST = { metadata: { nested: [1, 2.5, null, { deep: 'ü<&>' }] }, 'odd key "\\': true };

/** The body (version 1 of the format) of a notification. */
export function notificationOf({ id, resource, name, hasFailed, ordinal }: Sample): string {
  const content = {
    instance_id: resource,
    display_name: name,
    state: hasFailed ? 'error' : 'active',
    ordinal,
    ...BALLAST,
  };
  return JSON.stringify({
    message_id: id,
    publisher_id: 'compute.host1',
    event_type: 'compute.instance.update',
    priority: hasFailed ? 'ERROR' : 'INFO',
    payload: { ...content, digest: fingerprint(content) },
    timestamp: '2026-01-01 00:00:00.000000',
    _unique_id: id.replaceAll('-', ''),
  });
}

/**
 * What a notification says; undefined for what is none, and for one of {@link notificationOf} whose
 * payload is not whole. One that was translated from another dialect has no digest.
 */
export function readNotification(body: string): Witness | undefined {
  const outer = parse(body);
  const inner = outer?.['oslo.message'];
  const message = typeof inner === 'string' ? parse(inner) : outer;
  const payload = message?.payload;
  if (!isJsonObject(payload)) return undefined;
  const { digest, ...content } = payload;
  const isOwn = digest !== undefined || content.ordinal !== undefined;
  if (isOwn && digest !== fingerprint(content)) return undefined;
  const { instance_id: resource, display_name: name } = content;
  return typeof resource === 'string' && typeof name === 'string' ? { resource, name } : undefined;
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
