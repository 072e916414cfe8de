import {
  isJsonObject,
  type CanonicalEvent,
  type CodecError,
  type JsonObject,
  type JsonValue,
  type Result,
  ok,
} from '@viaduct/core';
import { parseBody } from '../decode/body.ts';
import { own, viewEvent } from '../decode/event-view.ts';
import type { CloudifyMessage } from '../message.ts';

/**
 * What a hook function is given as its first argument (mgmtworker `hooks.py`): the context of the
 * message without `tenant`, with `tenant_name`, `event_type`, `timestamp` and `arguments` beside
 * it. Two differences from the original: `rest_token` is always there and always null, and an event
 * of another dialect is added whole under `viaduct_event`.
 */
export function hookContext(
  message: CloudifyMessage,
  event?: CanonicalEvent,
): Result<JsonObject, CodecError> {
  const opened = viewEvent(message);
  if (!opened.ok) return opened;
  const { context, eventType, timestamp, tenant } = opened.value;
  const members = Object.entries(context).filter(([name]) => name !== 'tenant');
  const isForeign = event !== undefined && event.origin !== 'cloudify';
  return ok({
    ...Object.fromEntries(members),
    rest_token: null,
    tenant_name: tenant ?? null,
    event_type: eventType,
    timestamp: timestamp ?? null,
    arguments: argumentsOf(message),
    ...(isForeign ? { viaduct_event: event as unknown as JsonValue } : {}),
  });
}

function argumentsOf(message: CloudifyMessage): JsonValue {
  const parsed = parseBody(message);
  const body = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {};
  const said = own(body, 'message');
  return own(isJsonObject(said) ? said : body, 'arguments') ?? null;
}
