import { composeEvent, occurrenceId, sourceUri, type CanonicalEvent } from '@viaduct/core';
import { FIXTURE_DECODE_CONTEXT } from '@viaduct/testkit';
import type { SnmpMessage, SnmpNotification } from '../src/message.ts';

/** What contract notifications carry their label in. */
const LABEL_OID = '1.3.6.1.4.1.32473.9.1.0';

/** A notification that is told apart by its label. */
export function labelled(label: string, pdu: 'trap' | 'inform'): SnmpNotification {
  return {
    version: 'v2c',
    pdu,
    trapOid: '1.3.6.1.4.1.32473.9.0.1',
    varbinds: [{ oid: LABEL_OID, type: 'OctetString', value: label }],
  };
}

/** The label of such a notification. */
export function labelOf(native: SnmpMessage): string {
  const varbinds = 'varbinds' in native ? native.varbinds : [];
  const found = varbinds.find(({ oid }) => oid === LABEL_OID);
  return found !== undefined && 'value' in found ? String(found.value) : '';
}

/** An event that says nothing. */
export function anyEvent(): CanonicalEvent {
  const source = sourceUri('test', 'test');
  return composeEvent(
    {
      id: occurrenceId(source, '', FIXTURE_DECODE_CONTEXT),
      dialect: 'test',
      source,
      nativetype: 'test',
      data: { resource: { kind: 'request', id: '1' }, action: 'request' },
    },
    FIXTURE_DECODE_CONTEXT,
  );
}
