import type { ConfigField } from '@viaduct/core';

import {
  CLOUDIFY_SINK_CONFIG,
  CLOUDIFY_SOURCE_CONFIG,
  type CloudifySinkConfig,
  type CloudifySourceConfig,
} from '../src/config.ts';
import type { CloudifyMessage } from '../src/message.ts';

/** A source's configuration: the schema's defaults, and what the test says. */
export function sourceConfig(given: Partial<CloudifySourceConfig>): CloudifySourceConfig {
  return { ...defaultsOf(CLOUDIFY_SOURCE_CONFIG.properties), ...given } as CloudifySourceConfig;
}

/** A sink's configuration: the schema's defaults, and what the test says. */
export function sinkConfig(given: Partial<CloudifySinkConfig>): CloudifySinkConfig {
  return { ...defaultsOf(CLOUDIFY_SINK_CONFIG.properties), ...given } as CloudifySinkConfig;
}

/** The defaults that a schema names. */
export function defaultsOf(
  properties: Readonly<Record<string, ConfigField>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, field]) => field.default !== undefined)
      .map(([name, field]) => [name, field.default]),
  );
}

/** A workflow event as a manager of 7.x sends it, told apart by the name of its workflow. */
export function workflowEvent(
  workflow: string,
  given: { readonly eventType?: string; readonly routingKey?: string } = {},
): CloudifyMessage {
  const { eventType = 'workflow_started', routingKey = 'events.hooks' } = given;
  const body = {
    type: 'cloudify_event',
    event_type: eventType,
    context: {
      message_type: 'hook',
      deployment_id: 'd-1',
      execution_id: 'e-1',
      workflow_id: workflow,
      tenant_name: 'default_tenant',
      rest_token: 'ctok-0123456789-secret',
    },
    message: { text: `Starting '${workflow}' workflow execution`, arguments: null },
    timestamp: '2026-11-21T19:05:57.940Z',
    message_code: null,
  };
  return { routingKey, properties: { deliveryMode: 2 }, body: JSON.stringify(body) };
}

/** The workflow that a message is about. */
export function workflowOf({ body }: CloudifyMessage): string {
  const { context } = JSON.parse(body as string) as { context: { workflow_id: string } };
  return context.workflow_id;
}
