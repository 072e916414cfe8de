import { hasFailed, isJsonObject, type CanonicalEvent } from '@viaduct/core';
import type { WrittenBody } from './encode-state.ts';
import { listAt, textAt } from './event-field.ts';
import type { Inventions } from './inventions.ts';
import { formatApiKey } from '../key.ts';
import { CALL_FIELDS } from '../mapping/mapping-fields.ts';
import { element } from '../xml/xml-text.ts';
import { DIALECT } from '../message.ts';

const ONE_CALL = /^one\.[a-z]+\.[a-z]+$/;

/**
 * Whether an event is an API call of OpenNebula that can be written as it was. A call without an
 * answer cannot: it would be read as a follower's.
 */
export function isOneCall(event: CanonicalEvent): boolean {
  const { data, origin } = event;
  const call = textAt(data, 'attributes', 'call');
  if (origin !== DIALECT || call === undefined || !ONE_CALL.test(call)) return false;
  const isAnswered = listAt(data, 'attributes', 'parameters').some(
    (one) => isJsonObject(one) && one['direction'] === 'out',
  );
  return isAnswered || call.startsWith('one.internal.');
}

/** An API call of OpenNebula from its parameters. */
export function writeCall(event: CanonicalEvent): WrittenBody {
  const { data } = event;
  const parameters = listAt(data, 'attributes', 'parameters').map((one) => {
    const fields = new Map<string, unknown>(
      typeof one === 'object' && one !== null ? Object.entries(one) : [],
    );
    const position = fields.get('position');
    const value = fields.get('value');
    return parameter(
      typeof position === 'number' ? String(position) : '0',
      fields.get('direction') === 'out' ? 'OUT' : 'IN',
      typeof value === 'string' ? value : '',
    );
  });
  const call = textAt(data, 'attributes', 'call') ?? '';
  // oned's own report on a guest's command: always a success itself, and EXTRA names the VM.
  const isMonitor = call === 'one.internal.vmmonitor';
  const extra =
    isMonitor && data.resource.kind === 'compute' ? element('VM_ID', data.resource.id) : '';
  return writtenCall(call, isMonitor || data.outcome === 'success', parameters, extra);
}

/**
 * An event of a kind that OpenNebula has no object for, as a call of its own: see `CALL_FIELDS`.
 * IN 1 is the masked session, as in every call but oned's own `one.internal`.
 */
export function writeInternalCall(event: CanonicalEvent, inventions: Inventions): WrittenBody {
  const { data } = event;
  const call = inventions.fill(
    'CALL',
    `one.internal.${data.resource.kind}.${textAt(data, 'action') ?? 'other'}`,
    `OpenNebula has no ${data.resource.kind}: a call that hooks can be set on`,
  );
  const values = CALL_FIELDS.flatMap(({ name, read }) => {
    const value: unknown = read(data);
    return typeof value === 'string' ? [`${name}=${value}`] : [];
  });
  return writtenCall(
    call,
    // Hooks are set on a call and its result: what failed by its state alone is no success there.
    !hasFailed(data),
    values.map((value, index) => parameter(String(index + 1), 'IN', value)),
  );
}

function parameter(position: string, type: 'IN' | 'OUT', value: string): string {
  return element(
    'PARAMETER',
    element('POSITION', position) + element('TYPE', type) + element('VALUE', value),
    'markup',
  );
}

function writtenCall(
  call: string,
  succeeded: boolean,
  parameters: readonly string[],
  extra = '',
): WrittenBody {
  const info =
    element('RESULT', succeeded ? '1' : '0') +
    element('PARAMETERS', parameters.join(''), 'markup') +
    element('EXTRA', extra, 'markup');
  return {
    inner:
      element('HOOK_TYPE', 'API') + element('CALL', call) + element('CALL_INFO', info, 'markup'),
    keys: [formatApiKey(call, succeeded)],
  };
}
