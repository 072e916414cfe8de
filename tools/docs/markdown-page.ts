/** What a page of the documentation shows: blocks of code, links, headings. */

/** A fenced block. */
export interface Block {
  /** Of the line with the fence, from 1. */
  readonly line: number;
  /** What stands behind the fence: `sh`, `yaml`, `text`… */
  readonly language: string;
  readonly text: string;
  /** What a comment right before it says: `<!-- docs: not run: it needs a cluster -->`. */
  readonly directive?: Directive;
}

/** One comment to the tests. */
export interface Directive {
  /** One of `DIRECTIVES`. */
  readonly name: string;
  /** What stands behind the colon. */
  readonly value: string;
}

/** A link to another place of the repository. */
export interface Link {
  readonly line: number;
  /** As written, anchor included. */
  readonly target: string;
}

/** A page, read. */
export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly blocks: readonly Block[];
  readonly links: readonly Link[];
  /** The anchors that links may name, as GitHub makes them of headings. */
  readonly anchors: ReadonlySet<string>;
  /** `<!-- docs: setting NAME -->`: what the commands of the page find around them. */
  readonly setting?: string;
}

/**
 * What a comment may say to the tests:
 * - `not run: REASON` — the block is not tried here;
 * - `file: NAME` — the block is this file for the blocks that follow;
 * - `prints` — what the shell block before it prints; `…` stands for anything;
 * - `exits: CODE` — how the last command of the block ends, if not with 0;
 * - `setting: NAME` — for the whole page, see `setting.ts`.
 */
const DIRECTIVES = ['not run', 'file', 'prints', 'exits', 'setting'];

const DIRECTIVE = /^\s*<!-- docs: (?<name>[a-z ]+?)(?:: (?<value>.*))? -->$/;
const FENCE = /^(?<indent> *)```(?<language>\S*)/;

/** Reads a page. Throws on a directive that there is not, and on a block that does not end. */
export function readPage(path: string, text: string): Page {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  const links: Link[] = [];
  const headings: string[] = [];
  let directive: Directive | undefined;
  let setting: string | undefined;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const fence = FENCE.exec(line)?.groups;
    const said = directiveOf(line, `${path}:${index + 1}`);
    if (fence !== undefined) {
      const { indent = '', language = '' } = fence;
      const end = lines.findIndex((each, at) => at > index && each.startsWith(`${indent}\`\`\``));
      if (end < 0) throw new Error(`${path}:${index + 1}: the block does not end`);
      const inside = lines.slice(index + 1, end).map((each) => each.slice(indent.length));
      const block = { line: index + 1, language, text: `${inside.join('\n')}\n` };
      blocks.push(directive === undefined ? block : { ...block, directive });
      index = end;
      directive = undefined;
    } else if (said?.name === 'setting') {
      setting = said.value;
    } else if (said !== undefined) {
      directive = said;
    } else if (line.trim() !== '') {
      directive = undefined;
      if (/^#+ /.test(line)) headings.push(line.replace(/^#+ /, ''));
      links.push(...linksOf(line, index + 1));
    }
  }
  const page = { path, blocks, links, anchors: anchorsOf(headings) };
  return setting === undefined ? page : { ...page, setting };
}

function directiveOf(line: string, place: string): Directive | undefined {
  const { name, value = '' } = DIRECTIVE.exec(line)?.groups ?? {};
  if (name === undefined) return undefined;
  if (!DIRECTIVES.includes(name)) throw new Error(`${place}: there is no directive "${name}"`);
  return { name, value };
}

function linksOf(line: string, number: number): readonly Link[] {
  const prose = line.replaceAll(/`[^`]*`/g, '');
  const inline = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const images = [...prose.matchAll(/ (?:src|srcset)="([^"]+)"/g)].map(([, target = '']) => target);
  return [...inline, ...images]
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => ({ line: number, target }));
}

/** GitHub's rule: lower case, no punctuation, blanks to hyphens, a number from the second on. */
function anchorsOf(headings: readonly string[]): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const heading of headings) {
    const slug = heading
      .replaceAll(/\]\([^)]*\)/g, '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-');
    let anchor = slug;
    for (let next = 1; anchors.has(anchor); next += 1) anchor = `${slug}-${next}`;
    anchors.add(anchor);
  }
  return anchors;
}
