/** Conditions on events, as `--match` takes them. */
import { FIELDS, SHORT_NAMES, type Match, type Pattern } from '@viaduct/routing';
import { BrokerError } from '../errors.ts';

const CONDITION = /^([A-Za-z][\w.-]*)(!?=)(.*)$/s;

/**
 * The conditions of a route from texts such as `kind=compute`, `state=failed,down` (any of these),
 * `name!=test-*` (not so). Throws `VIA_BROKER_USAGE` for a text that is none; whether the field
 * exists is checked with the rest of the request.
 */
export function matchArgument(texts: readonly string[]): Match | undefined {
  if (texts.length === 0) return undefined;
  return Object.fromEntries(texts.map(condition));
}

function condition(text: string): readonly [string, Pattern] {
  const [, field = '', operator, value = ''] = CONDITION.exec(text) ?? [];
  if (field === '') {
    const advice = 'Write it like kind=compute, state=failed,down or name!=test-*.';
    throw new BrokerError('VIA_BROKER_USAGE', `--match "${text}" is no condition. ${advice}`);
  }
  const words = value.split(',').map((word) => (isNumeric(field) ? Number(word) : word));
  const [first = ''] = words;
  const pattern = words.length === 1 ? first : words;
  return [field, operator === '!=' ? { not: pattern } : pattern];
}

/** Whether a field holds a number, by whatever name a route may use for it. */
function isNumeric(field: string): boolean {
  const paths = [field, `data.${field}`, ...(SHORT_NAMES[field] ?? [])];
  return paths.some((path) => FIELDS[path]?.holds === 'number');
}
