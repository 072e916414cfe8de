/** An explanation for people, in lines that fit a narrow terminal. */
import type { CanonicalEvent, Invention, JsonValue, Loss, LossReason } from '@viaduct/core';
import type { ExplainedField, Explanation, SendingPart } from './explain.ts';

/** Columns of a line, but for paths and rules that are longer by themselves. */
const COLUMNS = 72;

/** What a loss of a reason means, after "lost:". */
export const LOSS_MEANINGS: Readonly<Record<LossReason, string>> = {
  unsupported: 'the target has no place for it',
  approximated: 'the target has only a coarser word',
  truncated: 'it did not fit',
  redacted: 'it was a secret',
};

const SENDING: Readonly<Record<SendingPart, string>> = {
  time: 'the time of sending',
  attempt: 'the number of the attempt',
  nonce: 'new for each attempt',
  broker: 'this broker’s id',
};

/** What is said of one translated message. */
export interface Explained {
  readonly events: readonly CanonicalEvent[];
  readonly explain: readonly Explanation[];
  readonly losses: readonly Loss[];
}

/** The lines, without line breaks. */
export function explanationLines({ events, explain, losses }: Explained): readonly string[] {
  const lines = explain.flatMap((explanation, index) => [
    ...eventLines(events[index]),
    ...explanation.messages.flatMap(({ fields }, message) => [
      ...(message === 0 ? [] : ['', `  message ${String(message + 1)}, as the first but for`]),
      ...fields.flatMap(fieldLines),
    ]),
    ...elsewhereLines(explanation.elsewhere),
  ]);
  return [...lines, ...lossLines(losses)];
}

function eventLines(event: CanonicalEvent | undefined): readonly string[] {
  return event === undefined ? [] : [`  ${event.type}  ${event.subject}`];
}

function fieldLines(field: ExplainedField): readonly string[] {
  const causes = causesOf(field);
  return ['', `  ${field.path}`, `    = ${shown(field.value)}`, ...causes.flatMap(causeLines)];
}

/** Where a value of an output came from, a clause each; never empty. */
export function causesOf({ from, sending, invented, received }: ExplainedField): readonly string[] {
  const causes = [
    ...(from.length === 0 ? [] : [`from ${from.join(', ')}`]),
    ...(invented === undefined ? [] : [`invented: ${invented}`]),
    ...(received === undefined ? [] : ['as received']),
    ...(sending ?? []).map((part) => SENDING[part]),
  ];
  return causes.length === 0 ? ['always so in this kind of message'] : causes;
}

function causeLines(text: string): readonly string[] {
  return wrap(text, COLUMNS - 6).map((line, index) =>
    index === 0 ? `    ← ${line}` : `      ${line}`,
  );
}

function elsewhereLines(inventions: readonly Invention[]): readonly string[] {
  if (inventions.length === 0) return [];
  const lines = inventions.flatMap(({ path, rule }) => [`    ${path}`, ...causeLines(rule)]);
  return ['', '  also invented', ...lines];
}

function lossLines(losses: readonly Loss[]): readonly string[] {
  if (losses.length === 0) return ['', '  nothing lost'];
  const reasons = [...new Set(losses.map(({ reason }) => reason))];
  return reasons.flatMap((reason) => [
    '',
    `  lost, ${reason}: ${LOSS_MEANINGS[reason]}`,
    ...losses.filter((loss) => loss.reason === reason).map(({ path }) => `    ${path}`),
  ]);
}

function shown(value: JsonValue): string {
  const text = JSON.stringify(value);
  const room = COLUMNS - 6;
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

/** Breaks at blanks; a word that is longer than a line gets one of its own. */
function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
