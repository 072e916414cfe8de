import eventDataSchema from '@viaduct/core/schema/event-data-1.json' with { type: 'json' };
import type { CanonicalEvent } from '@viaduct/core';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { CloudEvent } from 'cloudevents';

let validate: ValidateFunction | undefined;

/**
 * What is wrong with an event, judged by others: `data` by the published JSON Schema, the whole by
 * the CloudEvents SDK in its strict mode. Empty for a good event.
 */
export function eventProblems(event: CanonicalEvent): readonly string[] {
  const check = (validate ??= compileSchema());
  const problems: string[] = [];
  if (!check(event.data)) {
    for (const error of check.errors ?? []) {
      const detail = JSON.stringify(error.params);
      problems.push(`data${error.instancePath}: ${error.message ?? error.keyword} ${detail}`);
    }
  }
  try {
    new CloudEvent({ ...event }).validate();
  } catch (thrown) {
    problems.push(`CloudEvents: ${String(thrown)}`);
  }
  return problems;
}

function compileSchema(): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, strict: true });
  ajvFormats.default(ajv);
  return ajv.compile(eventDataSchema);
}
