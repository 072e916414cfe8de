/** What a replay would do and did, for people. */
import type {
  LetterReplayPlan,
  Progress,
  ReplayFigures,
  ReplayPlan,
  ReplayResult,
  Skipped,
  SkipReason,
} from '../operations/operations.ts';
import { shown, shownTime } from './table.ts';

/** Any plan there is. */
export type AnyPlan = ReplayFigures | ReplayPlan | LetterReplayPlan;

/** Sinks or types that are listed; of the others only how many there are. */
const LISTED_MAX = 20;

const LINE_LENGTH_MAX = 160;

const REASONS: Readonly<Record<SkipReason, string>> = {
  superseded: 'superseded: a newer event of the same resource tells another state (--all-states)',
  replayed: 'sent before by this replay (--again sends them once more)',
  copy: 'themselves written by a replay',
  unrouted: 'the routes lead to none of the sinks asked for (--force with --sink)',
  'route-failed': 'the routes cannot be applied',
  loop: 'had been here before: sent again they would go round',
  'no-sink': 'their sink is not configured any more (--route takes the routes instead)',
  'no-source': 'their source is not configured any more, or speaks another dialect',
  undecodable: 'not understood today either',
  'nothing-kept': 'the journal holds nothing to send any more',
  'no-event': 'understood, and no event: removed',
};

/** What is said otherwise of dead letters: their command has other options. */
const LETTER_REASONS: typeof REASONS = {
  ...REASONS,
  unrouted: 'for none of the sinks asked for (with --route: the routes lead to none of them)',
};

/** A plan, line by line. */
export function planText(plan: AnyPlan): string {
  const lines: string[] = [];
  if ('from' in plan) {
    const { id, from, to, scanned } = plan;
    lines.push(`Replay ${id}: what was stored from ${shownTime(from)} to ${shownTime(to)}.`);
    lines.push(`  ${count(scanned, 'event')} in that range`);
  }
  if ('letters' in plan) lines.push(`${count(plan.letters, 'dead letter')} selected.`);
  const { events, deliveries, bySink, byType, skipped, warnings } = plan;
  lines.push(`  ${count(events, 'event')} to send, ${deliveriesText(deliveries)}`);
  lines.push(...listed('to', bySink), ...listed('of type', byType));
  const reasons = 'letters' in plan ? LETTER_REASONS : REASONS;
  for (const one of skipped) lines.push(...skippedLines(one, reasons));
  for (const warning of warnings) lines.push(`  not all can be read: ${shownLine(warning)}`);
  return `${lines.join('\n')}\n`;
}

function listed(word: string, figures: Readonly<Record<string, number>>): readonly string[] {
  const sorted = Object.entries(figures).sort(([, one], [, other]) => other - one);
  const lines = sorted
    .slice(0, LISTED_MAX)
    .map(([name, figure]) => `    ${String(figure).padStart(8)}  ${word} ${shown(name)}`);
  const more = sorted.length - LISTED_MAX;
  return more > 0 ? [...lines, `    and ${String(more)} more`] : lines;
}

function skippedLines(
  { reason, count: figure, examples }: Skipped,
  reasons: typeof REASONS,
): readonly string[] {
  const lines = examples.map((example) => `      e.g. ${shownLine(example)}`);
  return [`  left out ${String(figure)}: ${reasons[reason]}`, ...lines];
}

function shownLine(text: string): string {
  return shown(text, LINE_LENGTH_MAX);
}

/** What was done, as one sentence. */
export function resultText(result: ReplayResult, isRunning: boolean): string {
  const { events, deliveries, duplicates, leftOut, lettersRemoved } = result;
  const parts = [`${count(events, 'event')} written, ${deliveriesText(deliveries)}`];
  if (duplicates > 0) parts.push(`${String(duplicates)} had arrived again meanwhile`);
  if (leftOut > 0) parts.push(`${String(leftOut)} left out at last: out of date or thrown away`);
  if (lettersRemoved > 0) parts.push(`${count(lettersRemoved, 'dead letter')} removed`);
  const next = isRunning || events === 0 ? '' : ' The broker sends them when it is started.';
  return `${parts.join('; ')}.${next}\n`;
}

/** How far it is, for a line that is written over and over. */
export function progressText(step: Progress<AnyPlan>): string {
  if (step.kind === 'scanning') return `${String(step.scanned)} events looked at`;
  if (step.kind !== 'writing') return '';
  const { written, total, waitingFor } = step;
  const waiting = waitingFor.length === 0 ? '' : `, waiting for ${waitingFor.join(', ')}`;
  return `${String(written)} of ${String(total)} written${waiting}`;
}

function deliveriesText(deliveries: number): string {
  return deliveries === 1 ? '1 delivery' : `${String(deliveries)} deliveries`;
}

function count(figure: number, noun: string): string {
  return `${String(figure)} ${noun}${figure === 1 ? '' : 's'}`;
}
