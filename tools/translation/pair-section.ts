/** The section of one pair of dialects in docs/translation.md. */
import type { ExplainedField } from '@viaduct/translation';
import type { FieldFate, Pair, PairCase } from './survival.ts';

/** The case that shows a pair best, where there is a message of it. */
const EXAMPLES = ['compute-running', 'workflow-failed', 'network-error', 'generic'];

/** Values shown of one example; the rest can be had with `--explain`. */
const EXAMPLE_FIELDS_MAX = 20;

/** The name of a pair's section, as headings make links of it. */
export function anchorOf({ from, to }: Pick<Pair, 'from' | 'to'>): string {
  return `${from}-to-${to}`;
}

/** How many of the fields that came are kept in every case: `31/40`. */
export function keptShare({ fields }: Pair): string {
  return `${String(fields.filter(({ lost }) => lost === 0).length)}/${String(fields.length)}`;
}

/** The section, as Markdown. */
export function pairSection(pair: Pair): string {
  const { fields } = pair;
  const always = fields.filter(({ kept }) => kept === 0);
  const isCoarse = ({ reasons }: FieldFate): boolean => !reasons.includes('unsupported');
  const groups: readonly (readonly [string, readonly FieldFate[]])[] = [
    ['Kept', fields.filter(({ lost }) => lost === 0)],
    ['Kept in some messages', fields.filter(({ kept, lost }) => kept > 0 && lost > 0)],
    ['Approximated or cut', always.filter(isCoarse)],
    ['Lost', always.filter((fate) => !isCoarse(fate))],
  ];
  const cases = pair.cases.map(({ name }) => `\`${name}\``).join(', ');
  return [
    `### ${pair.from} to ${pair.to}`,
    ...groups.flatMap(([title, fates]) =>
      fates.length === 0 ? [] : [wrap(`- **${title}:** ${fieldList(fates)}`)],
    ),
    ...messageLosses(pair),
    ...inventionLines(pair),
    wrap(`- Seen in ${cases}.`),
    '',
    example(pair),
  ].join('\n');
}

/** `resource` _kind, id_; `state` _value_: by what they belong to. */
function fieldList(fates: readonly FieldFate[]): string {
  const groups = new Map<string, string[]>();
  for (const { path } of fates) {
    const [, group = 'event', name = path] = /^data\.(\w+)\.(.+)$/.exec(path) ?? [];
    const field = name.replace(/^data\./, '');
    groups.set(group, [...(groups.get(group) ?? []), `\`${field}\``]);
  }
  return [...groups].map(([group, names]) => `${group} ${names.join(' ')}`).join('; ');
}

function messageLosses({ lostOfMessage }: Pair): readonly string[] {
  if (lostOfMessage.length === 0) return [];
  const shown = lostOfMessage.map(({ path, reason }) => `\`${path}\` (${reason})`);
  return [wrap(`- **Lost of the message:** ${shown.join(', ')}`)];
}

function inventionLines({ inventions }: Pair): readonly string[] {
  if (inventions.size === 0) return ['- **Invented:** nothing'];
  const rules = [...inventions].map(([rule, places]) => {
    const shown = places.map((place) => `\`${place}\``).join(', ');
    return wrap(`  - ${rule}: ${shown}`, 4);
  });
  return ['- **Invented:**', ...rules];
}

function example({ cases, from, to }: Pair): string {
  const chosen =
    EXAMPLES.flatMap((name) => cases.filter((one) => one.name === name))[0] ?? cases[0];
  if (chosen === undefined) return '';
  const { title, translation } = chosen;
  const { events, explain } = translation;
  const fields = explain[0]?.messages[0]?.fields ?? [];
  // What is invented stands above already; what came from the event goes before what did not.
  const told = fields.filter(({ from }) => from.length > 0);
  const moved = told.filter((field) => !isUnderItsName(field));
  const shown = (moved.length < 5 ? told.slice(0, 10) : moved).slice(0, EXAMPLE_FIELDS_MAX);
  const untold = fields.length - shown.length;
  const rest = untold === 0 ? '' : ` ${String(untold)} more values ${restOf(chosen, from === to)}.`;
  return [
    `<details><summary>Example: ${title}</summary>`,
    '',
    '```text',
    ...events.slice(0, 1).map(({ type, subject }) => `${type} ${subject}`),
    ...shown.flatMap(exampleLines),
    '```',
    '',
    `\`apps/broker/fixtures/matrix/${chosen.name}.${from}.golden.json\` has it whole.${rest}`,
    '',
    '</details>',
    '',
  ].join('\n');
}

/** As in `payload.event.data.severity`, which says no more than that it is there. */
function isUnderItsName({ path, from }: ExplainedField): boolean {
  const [only, ...others] = from;
  return others.length === 0 && (path === only || path.endsWith(`.${only ?? ''}`));
}

/** Longest value shown, characters. */
const VALUE_LENGTH_MAX = 60;

function exampleLines({ path, value, from, sending, invented }: ExplainedField): readonly string[] {
  const text = JSON.stringify(value);
  const shown = text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text;
  const causes = [
    ...from,
    ...(invented === undefined ? [] : [`invented: ${invented}`]),
    ...(sending ?? []).map((part) => `sending: ${part}`),
  ];
  return [`${path} = ${shown}`, `  ← ${wrap(causes.join(', '), 4)}`];
}

function restOf({ translation }: PairCase, isSame: boolean): string {
  const messages = translation.natives.length;
  const where = messages > 1 ? `in each of ${String(messages)} messages ` : '';
  return isSame ? `${where}stand as received` : `${where}are left out here`;
}

/** Long lines of Markdown, broken at blanks and indented as one item. */
export function wrap(text: string, indent = 2): string {
  const lines: string[] = [];
  for (const word of text.split(/ (?=\S)/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= 100) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(lines.length === 0 ? word : ' '.repeat(indent) + word);
  }
  return lines.join('\n');
}
