import { composeEvent, type CanonicalEvent, type ConfigField } from '@viaduct/core';

import {
  OSLO_SINK_CONFIG,
  OSLO_SOURCE_CONFIG,
  type OsloSinkConfig,
  type OsloSourceConfig,
} from '../src/config.ts';
import type { OsloMessage } from '../src/message.ts';

/** A listener's configuration: the schema's defaults, and what the test says. */
export function sourceConfig(given: Partial<OsloSourceConfig>): OsloSourceConfig {
  return { ...defaultsOf(OSLO_SOURCE_CONFIG.properties), ...given } as OsloSourceConfig;
}

/** A notifier's configuration: the schema's defaults, and what the test says. */
export function sinkConfig(given: Partial<OsloSinkConfig>): OsloSinkConfig {
  return { ...defaultsOf(OSLO_SINK_CONFIG.properties), ...given } as OsloSinkConfig;
}

function defaultsOf(properties: Readonly<Record<string, ConfigField>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, field]) => field.default !== undefined)
      .map(([name, field]) => [name, field.default]),
  );
}

let serial = 0;

/** A notification as oslo.messaging writes it, told apart by its event type. */
export function notification(
  eventType: string,
  options: {
    readonly priority?: string;
    readonly format?: 'v1' | 'v2';
    readonly topic?: string;
    readonly exchange?: string;
  } = {},
): OsloMessage {
  const { priority = 'info', format = 'v2', topic = 'notifications', exchange } = options;
  serial += 1;
  const inner = JSON.stringify({
    message_id: `00000000-0000-4000-8000-${String(serial).padStart(12, '0')}`,
    publisher_id: 'compute.host1',
    event_type: eventType,
    priority: priority.toUpperCase(),
    payload: { instance_id: 'i-1' },
    timestamp: '2026-11-21 19:05:57.940312',
    _unique_id: String(serial).padStart(32, '0'),
  });
  return {
    ...(exchange === undefined ? {} : { exchange }),
    routingKey: `${topic}.${priority}`,
    properties: {
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      headers: {},
      deliveryMode: 2,
      priority: 0,
    },
    body:
      format === 'v1' ? inner : JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': inner }),
  };
}

/** The event type of a notification, v1 or v2. */
export function eventTypeOf(message: OsloMessage): string {
  const outer = JSON.parse(message.body as string) as Record<string, string>;
  const inner = outer['oslo.message'];
  const notified = inner === undefined ? outer : (JSON.parse(inner) as Record<string, string>);
  return notified.event_type ?? '';
}

/** The sink sends natives; which event they came from makes no difference to it. */
export function anyEvent(): CanonicalEvent {
  const data = {
    resource: { kind: 'compute', type: 'instance', id: 'i-1' },
    action: 'create',
    outcome: 'success',
    severity: 'info',
  } as const;
  return composeEvent(
    {
      id: '5f0c7c5e-5f0b-4d3e-9c35-0d1f2a3b4c5d',
      dialect: 'oslo',
      source: 'oslo://test/compute.host1',
      nativetype: 'compute.instance.create.end',
      data,
    },
    { receivedAt: 1_767_323_045_678, system: 'test', ordinal: 1 },
  );
}
