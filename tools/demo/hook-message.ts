/**
 * What the hook driver publishes: a body, and the keys that it goes out under. A change of state
 * leaves two or three times, an API call once.
 */
import { hostOf, type Machine, machineXml } from './virtual-machine.ts';
import { element, elements } from './xml.ts';

/** Two frames: key, and base64 of the document. */
export interface HookMessage {
  readonly key: string;
  readonly content: string;
}

/** The messages of a machine's change of state. */
export function machineMessages(machine: Machine): readonly HookMessage[] {
  const { id, now, serviceId } = machine;
  const host = hostOf(machine);
  const envelope = [
    elements({
      HOOK_TYPE: 'STATE',
      HOOK_OBJECT: 'VM',
      STATE: now.state,
      LCM_STATE: now.lcm,
      RESOURCE_ID: id,
    }),
    serviceId === undefined ? '' : element('SERVICE_ID', serviceId),
    host === '' ? '<REMOTE_HOST/>' : element('REMOTE_HOST', host),
  ].join('');
  const keys = [
    `EVENT VM ${id}/${now.state}/${now.lcm} `,
    `EVENT STATE VM/${now.state}/${now.lcm}/${id} `,
    ...(serviceId === undefined ? [] : [`EVENT SERVICE ${serviceId} `]),
  ];
  return underKeys(keys, envelope + machineXml(machine));
}

/** The messages of a host's, an image's or a network's change of state. */
export function objectMessages(
  object: 'HOST' | 'IMAGE' | 'NET',
  id: number,
  state: string,
  xml: string,
  host?: string,
): readonly HookMessage[] {
  const head = elements({ HOOK_TYPE: 'STATE', HOOK_OBJECT: object, STATE: state });
  const remote = host === undefined ? '' : element('REMOTE_HOST', host);
  const keys = [`EVENT ${object} ${id}/${state}/ `, `EVENT STATE ${object}/${state}//${id} `];
  return underKeys(keys, `${head}${remote}${element('RESOURCE_ID', id)}${xml}`);
}

/** A call of the API. `inputs` begin after the session, which the real server masks. */
export function callMessages(
  call: string,
  inputs: readonly (string | number)[],
  result: { readonly id: number } | { readonly error: string; readonly code: number },
  extra = '',
): readonly HookMessage[] {
  const isSuccess = 'id' in result;
  const outputs = isSuccess ? ['true', result.id, 0] : ['false', result.error, result.code, -1];
  const parameters = [
    ...['****', ...inputs].map((value, at) => parameterXml('IN', at + 1, value)),
    ...outputs.map((value, at) => parameterXml('OUT', at + 1, value)),
  ];
  const info = elements({
    RESULT: isSuccess ? 1 : 0,
    PARAMETERS: parameters.join(''),
    EXTRA: extra,
  });
  const body = elements({ HOOK_TYPE: 'API', CALL: call, CALL_INFO: info });
  return underKeys([`EVENT API ${call} ${isSuccess ? 1 : 0}`], body);
}

function parameterXml(type: string, position: number, value: string | number): string {
  // The real server escapes nothing in VALUE; the texts used here need no escaping either.
  return element('PARAMETER', elements({ POSITION: position, TYPE: type, VALUE: value }));
}

function underKeys(keys: readonly string[], body: string): readonly HookMessage[] {
  const content = Buffer.from(element('HOOK_MESSAGE', body)).toString('base64');
  return keys.map((key) => ({ key, content }));
}
