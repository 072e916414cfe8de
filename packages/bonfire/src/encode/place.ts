import { fail, ok, type CanonicalEvent, type CodecError, type Result } from '@viaduct/core';
import type { BonfireEncodeOptions } from './encode-options.ts';
import { fillTemplate, type TemplateNames } from './template.ts';

/** Where a message is published. */
export interface Place {
  readonly exchange: string;
  readonly routingKey: string;
}

/** Names and keys of AMQP 0-9-1 are short strings: one byte says how long they are. */
const SHORT_STRING_BYTES_MAX = 255;

const encoder = new TextEncoder();

/** The place that a sink's templates give for an event. */
export function placeOf(
  event: CanonicalEvent,
  names: TemplateNames,
  options: BonfireEncodeOptions,
): Result<Place, CodecError> {
  const place = {
    exchange: fillTemplate(options.exchange, names, event),
    routingKey: fillTemplate(options.routingKey, names, event),
  };
  for (const part of ['exchange', 'routingKey'] as const) {
    const problem = problemOf(place[part]);
    if (problem === undefined) continue;
    return fail({
      code: 'VIA_BONFIRE_PLACE_INVALID',
      message: `${part} ${JSON.stringify(options[part])} gives ${problem} for this event`,
      path: part,
    });
  }
  return ok(place);
}

/** An empty exchange would deliver to whatever queue is called like the key. */
function problemOf(text: string): string | undefined {
  if (text === '') return 'nothing';
  const bytes = encoder.encode(text).length;
  return bytes > SHORT_STRING_BYTES_MAX ? `${bytes} bytes (at most 255)` : undefined;
}
