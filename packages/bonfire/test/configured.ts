import type { ConfigField } from '@viaduct/core';

import {
  BONFIRE_DURABLE_SOURCE_CONFIG,
  BONFIRE_SINK_CONFIG,
  BONFIRE_SOURCE_CONFIG,
  type BonfireDurableSourceConfig,
  type BonfireSinkConfig,
  type BonfireSourceConfig,
} from '../src/config.ts';
import type { BonfireMessage } from '../src/message.ts';

/** A source's configuration: the schema's defaults, and what the test says. */
export function sourceConfig(given: Partial<BonfireSourceConfig>): BonfireSourceConfig {
  return { ...defaultsOf(BONFIRE_SOURCE_CONFIG.properties), ...given } as BonfireSourceConfig;
}

/** The same for a durable source. */
export function durableConfig(
  given: Partial<BonfireDurableSourceConfig>,
): BonfireDurableSourceConfig {
  const defaults = defaultsOf(BONFIRE_DURABLE_SOURCE_CONFIG.properties);
  return { ...defaults, ...given } as BonfireDurableSourceConfig;
}

/** A sink's configuration: the schema's defaults, and what the test says. */
export function sinkConfig(given: Partial<BonfireSinkConfig>): BonfireSinkConfig {
  return { ...defaultsOf(BONFIRE_SINK_CONFIG.properties), ...given } as BonfireSinkConfig;
}

function defaultsOf(properties: Readonly<Record<string, ConfigField>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, field]) => field.default !== undefined)
      .map(([name, field]) => [name, field.default]),
  );
}

/** A simple message, told apart by its path. */
export function simpleMessage(label: string, exchange: string, routingKey: string): BonfireMessage {
  const path = `/locations/uk-epcc/computes/${label}`;
  const body = { timestamp: 1369737154, type: 'compute', status: 'running', path };
  return { exchange, routingKey, body: JSON.stringify(body) };
}

/** What a simple message is told apart by. */
export function labelOf({ body }: BonfireMessage): string {
  const { path } = JSON.parse(body as string) as { path: string };
  return path.split('/').at(-1) ?? '';
}
