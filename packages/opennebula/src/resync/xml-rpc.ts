/**
 * XML-RPC as OpenNebula's `oned` speaks it (http://xmlrpc.com/spec.md): one call is one POST. Every
 * answer of oned is an array: whether it worked, then the result, or a message and a code.
 */
import {
  fail,
  isJsonObject,
  ok,
  type CodecError,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import { readTree } from '../xml/tree.ts';
import { element } from '../xml/xml-text.ts';

/** The document of a call. */
export function formatCall(method: string, parameters: readonly (string | number)[]): string {
  const values = parameters.map((value) =>
    typeof value === 'number' ? element('i4', String(value)) : element('string', value),
  );
  const params = values.map((value) => markup('param', markup('value', value))).join('');
  const call = element('methodName', method) + markup('params', params);
  return `<?xml version="1.0"?>${markup('methodCall', call)}`;
}

function markup(name: string, inner: string): string {
  return element(name, inner, 'markup');
}

/** The result of a call, a document of its own; or what oned says is wrong. */
export function readAnswer(xml: string): Result<string, CodecError> {
  const tree = readTree(xml.replace(DECLARATION, ''));
  if (!tree.ok) return fail(unreadable(tree.error.message));
  const response = tree.value['methodResponse'];
  const fault = textAt(response, 'fault', 'value', 'struct');
  if (fault !== undefined) return fail(refused('the call', 'it answers with a fault'));
  const values = at(response, 'params', 'param', 'value', 'array', 'data', 'value');
  if (!Array.isArray(values)) return fail(unreadable('it is no array, as answers of oned are'));
  const [success, result, code] = values.map(scalarOf);
  if (result === undefined) return fail(unreadable('it has no result'));
  if (success === '1' || success === 'true') return ok(result);
  return fail(refused(code ?? 'no code', result));
}

const DECLARATION = /^\s*<\?xml[^>]*\?>\s*/;

/** `<value><string>text</string></value>`, or the text alone, which is a string, too. */
function scalarOf(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value;
  if (!isJsonObject(value)) return undefined;
  const typed = value['string'] ?? value['boolean'] ?? value['i4'] ?? value['int'];
  if (typeof typed === 'string') return typed;
  const text = value['#text'];
  return typeof text === 'string' ? text : undefined;
}

function at(value: JsonValue | undefined, ...names: readonly string[]): JsonValue | undefined {
  let found = value;
  for (const name of names) found = isJsonObject(found) ? found[name] : undefined;
  return found;
}

function textAt(value: JsonValue | undefined, ...names: readonly string[]): string | undefined {
  const found = at(value, ...names);
  return found === undefined ? undefined : JSON.stringify(found);
}

function unreadable(why: string): CodecError {
  return { code: 'VIA_OPENNEBULA_RESYNC_ANSWER', message: `the answer cannot be read: ${why}` };
}

function refused(code: string, why: string): CodecError {
  return {
    code: 'VIA_OPENNEBULA_RESYNC_REFUSED',
    message: `oned refuses the call (${code}): ${why}`,
  };
}
