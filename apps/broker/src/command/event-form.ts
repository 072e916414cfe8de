/** The options that say how events are shown, and what they come to. */
import { dump } from 'js-yaml';
import { type Command, Option } from 'commander';
import { BrokerError } from '../errors.ts';
import { type EventColumn, eventColumns, type ListedEvent, WIDE_COLUMNS } from './event-columns.ts';

/** What the options give. */
export interface EventFormFlags {
  readonly output?: 'table' | 'wide' | 'json' | 'yaml' | 'id';
  readonly columns?: string;
  readonly json: boolean;
}

/** How events are shown: in columns, or each as a text of its own. */
export type EventForm =
  | { readonly kind: 'columns'; readonly columns: readonly EventColumn[] }
  | { readonly kind: 'texts'; readonly text: (one: ListedEvent) => string };

/** Adds the options. */
export function withEventForm(command: Command): Command {
  const form = new Option('-o, --output <form>', 'how it is shown: id is one id a line');
  return command
    .addOption(form.choices(['table', 'wide', 'json', 'yaml', 'id']))
    .option('--columns <names>', 'these columns: fields as a route names them, and what is below')
    .option('--json', 'the same as -o json: { position, at, source, targets, event }', false);
}

/** What the help of these options says below them. */
export const COLUMNS_EXPLAINED = `
Columns: stored, source, sinks, native, position and id, and any field that a route can match: kind,
name, state, previous, severity, host, project, message, attributes.vcpus, …`;

/** What the options ask for; `usual` are the columns where they name none. */
export function eventForm(
  { output, columns, json }: EventFormFlags,
  usual: readonly string[],
): EventForm {
  const form = output ?? (json ? 'json' : 'table');
  if (columns !== undefined) {
    if (form === 'table') {
      return {
        kind: 'columns',
        columns: eventColumns(columns.split(',').map((one) => one.trim())),
      };
    }
    const message = `--columns and ${json ? '--json' : `-o ${form}`} together. Say one of them.`;
    throw new BrokerError('VIA_BROKER_USAGE', message);
  }
  if (json && form !== 'json') {
    throw new BrokerError('VIA_BROKER_USAGE', `--json and -o ${form} together. Say one of them.`);
  }
  if (form === 'json') return { kind: 'texts', text: (one) => `${JSON.stringify(one)}\n` };
  if (form === 'yaml') return { kind: 'texts', text: yamlText };
  if (form === 'id') return { kind: 'texts', text: ({ event }) => `${event.id}\n` };
  return { kind: 'columns', columns: eventColumns(form === 'wide' ? WIDE_COLUMNS : usual) };
}

/** A document of a stream of them. */
function yamlText(one: ListedEvent): string {
  return `---\n${dump(one, { lineWidth: 100, noRefs: true })}`;
}
