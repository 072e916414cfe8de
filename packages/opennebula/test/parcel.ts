import { composeEvent, occurrenceId, sourceUri, type Parcel } from '@viaduct/core';
import { FIXTURE_DECODE_CONTEXT } from '@viaduct/testkit';

import type { OpennebulaMessage } from '../src/message.ts';

/** A parcel of these messages; the event is of no concern to a sink. */
export function parcel(...natives: readonly OpennebulaMessage[]): Parcel<OpennebulaMessage> {
  const source = sourceUri('test', 'test');
  const event = composeEvent(
    {
      id: occurrenceId(source, '', FIXTURE_DECODE_CONTEXT),
      dialect: 'test',
      source,
      nativetype: 'test',
      data: { resource: { kind: 'request', id: '1' }, action: 'request' },
    },
    FIXTURE_DECODE_CONTEXT,
  );
  return { event, natives };
}
