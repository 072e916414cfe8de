import type { ConfigField } from '@viaduct/core';
import {
  AMQP_SINK_CONFIG,
  AMQP_SOURCE_CONFIG,
  type AmqpSinkConfig,
  type AmqpSourceConfig,
} from '../src/amqp/amqp-config.ts';
import { HTTP_SINK_CONFIG, type HttpSinkConfig } from '../src/http/http-sink-config.ts';
import { HTTP_SOURCE_CONFIG, type HttpSourceConfig } from '../src/http/http-source-config.ts';

/** A receiver's configuration: the schema's defaults, any free port, and what the test says. */
export function httpSourceConfig(given: Partial<HttpSourceConfig> = {}): HttpSourceConfig {
  const defaults = defaultsOf(HTTP_SOURCE_CONFIG.properties);
  return { ...defaults, listen: '127.0.0.1:0', ...given } as HttpSourceConfig;
}

/** A sender's configuration: the schema's defaults, and what the test says. */
export function httpSinkConfig(
  given: Partial<HttpSinkConfig> & Pick<HttpSinkConfig, 'url'>,
): HttpSinkConfig {
  return { ...defaultsOf(HTTP_SINK_CONFIG.properties), ...given } as HttpSinkConfig;
}

/** The configuration of a source on RabbitMQ: the schema's defaults, and what the test says. */
export function amqpSourceConfig(given: Partial<AmqpSourceConfig>): AmqpSourceConfig {
  return { ...defaultsOf(AMQP_SOURCE_CONFIG.properties), ...given } as AmqpSourceConfig;
}

/** The configuration of a sink on RabbitMQ: the schema's defaults, and what the test says. */
export function amqpSinkConfig(given: Partial<AmqpSinkConfig>): AmqpSinkConfig {
  return { ...defaultsOf(AMQP_SINK_CONFIG.properties), ...given } as AmqpSinkConfig;
}

/** What a schema fills in. */
export function defaultsOf(
  properties: Readonly<Record<string, ConfigField>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, field]) => field.default !== undefined)
      .map(([name, field]) => [name, field.default]),
  );
}
