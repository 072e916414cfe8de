/** Closes *Unreleased* of CHANGELOG.md under a version, with the lines of version plans. */

/** The groups of a version, in the order they are read. */
const GROUPS = ['Safety', 'Features', 'Fixes', 'Internals'] as const;

/** What one version plan adds. */
export interface PlannedLine {
  readonly group: (typeof GROUPS)[number];
  /** One sentence or more, for those who use Viaduct. */
  readonly text: string;
}

const UNRELEASED = '## Unreleased';

/**
 * Reads a version plan: its front matter, then `Group: sentence`, with lines that go on.
 * Throws where a line has no group.
 */
export function plannedLines(file: string, plan: string): readonly PlannedLine[] {
  const text = plan.replace(/^---\n[^]*?\n---\n/, '').trim();
  return text.split(/\n(?=[A-Z][a-z]+: )/).map((entry) => {
    const [, name = '', line = ''] = /^(\w+): ([^]+)$/.exec(entry) ?? [];
    const group = GROUPS.find((each) => each === name);
    if (group === undefined) {
      throw new Error(`${file}: begin each entry with one of ${GROUPS.join(', ')} and a colon`);
    }
    return { group, text: line.trim().replaceAll(/\s+/g, ' ') };
  });
}

/**
 * The changelog with a heading of the version under *Unreleased*, which is empty again. Throws when
 * the changelog has no *Unreleased*, or when there is nothing to release.
 */
export function closed(
  changelog: string,
  version: string,
  date: string,
  lines: readonly PlannedLine[],
): string {
  const start = changelog.indexOf(`${UNRELEASED}\n`);
  if (start < 0) throw new Error('CHANGELOG.md has no "## Unreleased"');
  const from = start + UNRELEASED.length + 1;
  const next = changelog.indexOf('\n## ', from);
  const end = next < 0 ? changelog.length : next + 1;
  const written = groupsOf(changelog.slice(from, end));
  const groups = GROUPS.flatMap((group) => {
    const planned = lines.filter((line) => line.group === group).map(({ text }) => `- ${text}`);
    const body = [written.get(group) ?? '', planned.join('\n')].filter((each) => each !== '');
    return body.length === 0 ? [] : [`### ${group}\n\n${body.join('\n')}\n`];
  });
  if (groups.length === 0) throw new Error('nothing is unreleased');
  const entry = `## ${version} (${date})\n\n${groups.join('\n')}`;
  return `${changelog.slice(0, from)}\n${entry}\n${changelog.slice(end)}`.trimEnd() + '\n';
}

function groupsOf(section: string): ReadonlyMap<string, string> {
  const parts = section.split(/^### /m).slice(1);
  return new Map(
    parts.map((part) => {
      const [name = '', ...body] = part.split('\n');
      return [name.trim(), body.join('\n').trim()];
    }),
  );
}
