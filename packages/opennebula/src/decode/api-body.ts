import type { CallParameter } from '@viaduct/core';
import { Outline, readOutline } from '../xml/outline.ts';

/** What the body of an API event says. */
export interface ApiBody {
  readonly call: string;
  /** `1`, `0`, or whatever stood there; `undefined` where nothing did. */
  readonly result: string | undefined;
  readonly parameters: readonly CallParameter[];
  /** The object in EXTRA with its outline, where there is one that can be read. */
  readonly extra?: { readonly outline: Outline; readonly element: number };
  /** Whether the parameters had to be cut out of a text that is no XML. */
  readonly lenient: boolean;
}

/** Parameters of one call that are read at most; real calls have some ten. */
const PARAMETERS_MAX = 256;

/**
 * Reads an API event's body, which oned builds by inserting values as they are. Where the whole is
 * well-formed all the same, a value is what any XML reader sees: text with its entities resolved,
 * or the XML inside it as it stands. Where it is not (a template with `&` or `<`, a JSON document,
 * an error text), the values are cut out between their fixed tags, to the letter.
 */
export function readApiBody(xml: string, outline: Outline | undefined): ApiBody | undefined {
  return outline === undefined ? cutBody(xml) : outlinedBody(outline);
}

function outlinedBody(outline: Outline): ApiBody | undefined {
  const call = outline.text(0, 'CALL')?.trim();
  if (call === undefined || call === '') return undefined;
  const info = outline.child(0, 'CALL_INFO');
  const parameters: CallParameter[] = [];
  for (const parameter of outline.children(outline.child(info, 'PARAMETERS'), 'PARAMETER')) {
    if (parameters.length >= PARAMETERS_MAX) break;
    const direction = outline.text(parameter, 'TYPE')?.trim() === 'OUT' ? 'out' : 'in';
    const position = Number(outline.text(parameter, 'POSITION'));
    const value = outline.child(parameter, 'VALUE');
    if (value < 0 || !Number.isSafeInteger(position)) continue;
    const text = outline.textOf(value) ?? outline.raw(value);
    parameters.push({ direction, position, value: text });
  }
  const element = outline.children(outline.child(info, 'EXTRA'))[0];
  return {
    call,
    result: outline.text(info, 'RESULT')?.trim(),
    parameters,
    ...(element === undefined ? {} : { extra: { outline, element } }),
    lenient: false,
  };
}

const CALL = /<CALL>\s*([^<>\s]{1,256})\s*<\/CALL>/;
const RESULT = /<CALL_INFO>\s*<RESULT>\s*([^<]{0,16}?)\s*<\/RESULT>/;
const OPENING = '<PARAMETERS>';
const PARAMETER =
  /\s*<PARAMETER>\s*<POSITION>\s*(\d{1,9})\s*<\/POSITION>\s*<TYPE>\s*(IN|OUT)\s*<\/TYPE>\s*<VALUE>/y;
const CLOSING = /\s*<\/PARAMETERS>/y;
/** The end of a value, with what can come after it: a value may hold the first half by itself. */
const VALUE_END = /<\/VALUE>\s*<\/PARAMETER>(?=\s*(?:<PARAMETER>\s*<POSITION>|<\/PARAMETERS>))/g;

function cutBody(xml: string): ApiBody | undefined {
  const call = CALL.exec(xml)?.[1];
  if (call === undefined) return undefined;
  const parameters: CallParameter[] = [];
  let at = xml.indexOf(OPENING) + OPENING.length;
  if (at < OPENING.length) return undefined;
  while (parameters.length < PARAMETERS_MAX) {
    PARAMETER.lastIndex = at;
    const opening = PARAMETER.exec(xml);
    if (opening === null) break;
    const start = PARAMETER.lastIndex;
    VALUE_END.lastIndex = start;
    const end = VALUE_END.exec(xml);
    if (end === null) return undefined; // cut off within a value: not to be guessed
    parameters.push({
      direction: opening[2] === 'OUT' ? 'out' : 'in',
      position: Number(opening[1]),
      value: xml.slice(start, end.index),
    });
    at = VALUE_END.lastIndex;
  }
  CLOSING.lastIndex = at;
  if (!CLOSING.test(xml)) return undefined;
  const extra = cutExtra(xml, at);
  return {
    call,
    result: RESULT.exec(xml)?.[1],
    parameters,
    ...(extra === undefined ? {} : { extra }),
    lenient: true,
  };
}

/** EXTRA comes last and is well-formed more often than the values before it. */
function cutExtra(xml: string, from: number): ApiBody['extra'] {
  const start = xml.indexOf('<EXTRA>', from);
  const end = xml.lastIndexOf('</EXTRA>');
  if (start < 0 || end < start) return undefined;
  const outline = readOutline(xml.slice(start, end + '</EXTRA>'.length));
  if (!(outline instanceof Outline)) return undefined;
  const element = outline.children(0)[0];
  return element === undefined ? undefined : { outline, element };
}

/** The value of one parameter. */
export function parameterValue(
  parameters: readonly CallParameter[],
  direction: 'in' | 'out',
  position: number,
): string | undefined {
  return parameters.find((one) => one.direction === direction && one.position === position)?.value;
}
