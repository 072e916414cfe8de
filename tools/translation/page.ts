/** docs/translation.md, made from what the codecs do with the matrix. */
import { format, resolveConfig } from 'prettier';
import { FRESH_FIELDS } from './fresh-fields.ts';
import { allCodecs } from './matrix.ts';
import { anchorOf, keptShare, pairSection, wrap } from './pair-section.ts';
import { allPairs, type Pair } from './survival.ts';

const INTRODUCTION = `<!-- Made by tools/generate-translation-docs.ts from the codecs: do not edit by hand. -->

# Translation

Every event of every dialect can be said in every other. This page shows for each pair what that costs, over
representative messages: which fields of the [canonical event](../packages/core/README.md) arrive, what is lost,
what a default fills in. It is measured, not promised: each message was translated, and each field of the event
changed in turn to see which values of the output it decides. \`viaduct translate --explain\` does the same with
a message of yours.

- **Kept:** the field decides something in the output, or is read back from it, in every message that has it.
- **Approximated or cut:** the target has only a coarser word, or less room.
- **Lost:** the target has no place for it. Each loss is listed with the output, counted and logged.
- **Invented:** what the target asks for and the event does not say, by the rule that filled it in.
- \`type\`, \`subject\`, \`partitionkey\`, \`origin\`, \`timesource\` and \`receivedtime\` follow from the rest or
  from the receiving side and are left out.

How a dialect's words become events and back: [adapters](adapters/).
`;

const RECOGNISED = `## Recognised again

Where a message says which event it is, and which brokers it has passed. A broker that finds itself among them
drops the event, and an event stays the same one on every way. (SNMP: not with the profiles of the CLOUDIFY-MIB,
whose traps are the vendor's to the byte.)
`;

/** The whole page, formatted as the repository's documents are. */
export async function translationPage(): Promise<string> {
  const codecs = await allCodecs();
  const pairs = allPairs(codecs);
  const dialects = [...codecs.keys()];
  const text = [
    INTRODUCTION,
    '## All pairs\n\nHow many fields of the events are kept in every message.\n',
    pairTable(dialects, pairs),
    RECOGNISED,
    trailTable(dialects, pairs),
    '## Within a dialect\n\nA message goes out in its own dialect as it came, but for its secrets and:\n',
    freshList(dialects),
    ...dialects.flatMap((from) => [
      `## From ${from}\n`,
      ...pairs.filter((pair) => pair.from === from).map(pairSection),
    ]),
  ].join('\n');
  const file = new URL('../../docs/translation.md', import.meta.url).pathname;
  return format(text, { ...(await resolveConfig(file)), parser: 'markdown' });
}

function pairTable(dialects: readonly string[], pairs: readonly Pair[]): string {
  const rows = dialects.map((from) => {
    const cells = pairs
      .filter((pair) => pair.from === from)
      .map((pair) => (from === pair.to ? `[as it came](#${anchorOf(pair)})` : linked(pair)));
    return `| **${from}** | ${cells.join(' | ')} |`;
  });
  const head = `| from \\ to | ${dialects.join(' | ')} |`;
  return [head, `| --- |${' --- |'.repeat(dialects.length)}`, ...rows, ''].join('\n');
}

function linked(pair: Pair): string {
  return `[${keptShare(pair)}](#${anchorOf(pair)})`;
}

/** Found by experiment: what the canonical id decides, and what this broker's id decides. */
function trailTable(dialects: readonly string[], pairs: readonly Pair[]): string {
  const rows = dialects.map((to) => {
    const fields = pairs
      .filter((pair) => pair.to === to)
      .flatMap(({ cases }) => cases.flatMap(({ translation }) => translation.explain))
      .flatMap(({ messages }) => messages.flatMap((message) => message.fields));
    const ids = fields.filter(({ from, value }) => from.includes('id') && isUuidText(value));
    const trails = fields.filter(({ sending }) => sending?.includes('broker') === true);
    return `| ${to} | ${places(ids)} | ${places(trails)} |`;
  });
  return ['| dialect | the event’s id | the trail |', '| --- | --- | --- |', ...rows, ''].join(
    '\n',
  );
}

function isUuidText(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value);
}

/** The places that most often say it come first; three are enough. */
function places(fields: readonly { readonly path: string }[]): string {
  const counts = new Map<string, number>();
  for (const { path } of fields) counts.set(path, (counts.get(path) ?? 0) + 1);
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  return sorted
    .slice(0, 3)
    .map(([path]) => `\`${path}\``)
    .join(', ');
}

function freshList(dialects: readonly string[]): string {
  const lines = dialects.map((dialect) => {
    const fields = (FRESH_FIELDS[dialect] ?? []).map(({ path, why }) => `\`${path}\` (${why})`);
    return wrap(`- **${dialect}:** ${fields.join(', ')}`);
  });
  return [...lines, ''].join('\n');
}
