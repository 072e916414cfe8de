/** Holds a normalised value to its fields and says what is wrong in words for people. */
import { isIPv6 } from 'node:net';
import { Ajv, type ErrorObject } from 'ajv';
import { type Fields, type JsonSchema, jsonSchemaOf } from './json-schema.ts';
import { suggest } from './nearest-name.ts';
import { type Path, pathOfPointer } from './path.ts';
import type { Report } from './problem.ts';
import { redactUrls } from './redact.ts';

/** Values in messages are cut here; the line number leads to the whole. */
const SHOWN_LENGTH_MAX = 60;

const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  strict: false,
  formats: {
    // Several servers in one URL, as OpenStack writes them, are no URL to the WHATWG parser.
    uri: /^[A-Za-z][A-Za-z0-9+.-]*:\/\/\S+$/,
    endpoint: /^(tcp|ipc|inproc):\/\/\S+$/,
    path: /\S/,
    host: (text: string) => isAddress(text, true),
    address: (text: string) => isAddress(text, false),
  },
});

const PORT_MAX = 65_535;

/** `host:port`, `[IPv6]:port`; without the port where it may be left out. */
function isAddress(text: string, isPortOptional: boolean): boolean {
  if (isPortOptional && isIPv6(text)) return true;
  const match = /^(?:\[([^\]]+)\]|[^\s:/[\]]+)(?::(\d{1,5}))?$/.exec(text);
  if (match === null) return false;
  const [, inBrackets, port] = match;
  if (inBrackets !== undefined && !isIPv6(inBrackets)) return false;
  return port === undefined ? isPortOptional : Number(port) <= PORT_MAX;
}

const EXPECTED_FORMAT: Readonly<Record<string, string>> = {
  uri: 'a URL such as amqp://user:password@host:5672/vhost',
  endpoint: 'a ZeroMQ address such as tcp://127.0.0.1:2101',
  path: 'the name of a file or folder',
  host: 'a host and a port such as 192.0.2.10:162 or [2001:db8::10]:162',
  address: 'an address and a port such as 127.0.0.1:8081 or [::1]:8081',
};

/** What validation needs to know besides the value. */
export interface Validating {
  readonly path: Path;
  /** Whether the value at a path is secret or came out of a `${…}`: then it is not shown. */
  readonly isHidden: (path: Path) => boolean;
}

/** Reports everything in `value` that its fields do not allow. */
export function validate(
  value: unknown,
  fields: Fields,
  validating: Validating,
  report: Report,
): void {
  validateSchema(value, jsonSchemaOf(fields), validating, report);
}

/** The same for what a JSON Schema describes. */
export function validateSchema(
  value: unknown,
  schema: JsonSchema,
  { path, isHidden }: Validating,
  report: Report,
): void {
  if (ajv.validate(schema, value)) return;
  const wrong = new Set<string>();
  for (const error of ajv.errors ?? []) {
    // What is wrong in its branch is said by the errors of the branch.
    if (error.keyword === 'if') continue;
    // One value may break several rules; the first says enough. Keys are each a problem of its own.
    const isOfValue = error.keyword !== 'additionalProperties' && error.keyword !== 'required';
    if (isOfValue && wrong.has(error.instancePath)) continue;
    if (isOfValue) wrong.add(error.instancePath);
    const at = pathOfPointer(path, error.instancePath, value);
    const shown = isHidden(at) ? 'this' : show(error.data);
    reportError(error, at, shown, report);
  }
}

function reportError(error: ErrorObject, path: Path, shown: string, report: Report): void {
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(params['additionalProperty']);
      const known = Object.keys((error.parentSchema as Fields).properties);
      const message = `unknown key "${name}"`;
      report.add('VIA_BROKER_CONFIG_UNKNOWN_KEY', [...path, name], message, suggest(name, known));
      return;
    }
    case 'required': {
      const name = String(params['missingProperty']);
      const message = `the key "${name}" is missing`;
      report.add('VIA_BROKER_CONFIG_MISSING_KEY', path, message, `Add "${name}: …" here.`);
      return;
    }
    default: {
      const expected = expectation(error, params);
      const message = `${shown} is not ${expected.what}`;
      report.add('VIA_BROKER_CONFIG_VALUE', path, message, expected.advice);
    }
  }
}

interface Expectation {
  readonly what: string;
  readonly advice: string;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
};

function expectation(error: ErrorObject, params: Readonly<Record<string, unknown>>): Expectation {
  const limit = String(params['limit']);
  switch (error.keyword) {
    case 'type':
      return typeExpectation(String(params['type']), error.data, error.parentSchema);
    case 'enum': {
      const allowed = (params['allowedValues'] as readonly unknown[]).map(String);
      return { what: 'one of the values allowed', advice: suggestValue(error.data, allowed) };
    }
    case 'minimum':
      return { what: 'large enough', advice: `Write ${limit} or more.` };
    case 'maximum':
      return { what: 'small enough', advice: `Write ${limit} or less.` };
    case 'minLength':
      return {
        what: 'long enough',
        advice: `Write at least ${limit} ${noun(limit, 'character')}.`,
      };
    case 'minItems':
      return { what: 'long enough', advice: `Write at least ${limit} ${noun(limit, 'item')}.` };
    case 'format': {
      const expected = EXPECTED_FORMAT[String(params['format'])] ?? 'of the right form';
      return { what: expected.replace(/ such as .*/, ''), advice: `Write ${expected}.` };
    }
    case 'pattern':
      return { what: 'of the right form', advice: `It must match ${String(params['pattern'])}.` };
    default:
      return { what: 'allowed here', advice: `It ${error.message ?? 'is wrong'}.` };
  }
}

function typeExpectation(type: string, data: unknown, schema: JsonSchema = {}): Expectation {
  const what = TYPE_NAMES[type] ?? type;
  if (type === 'string' && (typeof data === 'number' || typeof data === 'boolean')) {
    return { what, advice: 'Put it in quotes.' };
  }
  if (type === 'array') return { what, advice: 'Write it in brackets: [first, second].' };
  return { what, advice: `Write ${what}${rangeOf(schema)}.` };
}

/** Which numbers are allowed, where both ends are known. */
function rangeOf({ minimum, maximum }: JsonSchema): string {
  if (typeof minimum !== 'number' || typeof maximum !== 'number') return '';
  return ` from ${String(minimum)} to ${String(maximum)}`;
}

function suggestValue(value: unknown, allowed: readonly string[]): string {
  const known = `Allowed: ${allowed.join(', ')}.`;
  const guess = typeof value === 'string' ? suggest(value, allowed) : known;
  return guess.startsWith('Did') ? `${guess} ${known}` : known;
}

function noun(limit: string, name: string): string {
  return limit === '1' ? name : `${name}s`;
}

/** A value as it is quoted in a message. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = redactUrls(JSON.stringify(value));
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
}
