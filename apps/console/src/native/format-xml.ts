/** XML laid out for reading. Forgiving: what is no XML stays as it is. */

const TOKEN =
  /<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->|<[?!][\s\S]*?>|<(\/?)[A-Za-z_][\w.:-]*[^<>]*?(\/?)>|[^<]+|</g;

/** Blanks of a level. */
const INDENT = '  ';

/** Levels that are indented; what lies deeper stands at the last. */
const LEVELS_MAX = 40;

/** An element a line; one that holds only text stays on its line. */
export function formatXml(xml: string): string {
  const lines: string[] = [];
  let level = 0;
  /** Whether the last line is an element that was opened and holds nothing but text so far. */
  let isOpen = false;
  const indent = (): string => INDENT.repeat(Math.min(level, LEVELS_MAX));
  const append = (text: string): void => {
    lines[lines.length - 1] = `${lines.at(-1) ?? ''}${text}`;
  };
  for (const [token, close, empty] of xml.matchAll(TOKEN)) {
    const isTag = close !== undefined;
    if (isTag && close === '/') {
      level = Math.max(0, level - 1);
      if (isOpen) append(token);
      else lines.push(indent() + token);
      isOpen = false;
    } else if (isTag) {
      lines.push(indent() + token);
      isOpen = empty !== '/';
      if (isOpen) level += 1;
    } else if (token.trim() !== '') {
      if (isOpen) append(token.startsWith('<') ? token : token.trim());
      else lines.push(indent() + token.trim());
    }
  }
  return lines.join('\n');
}
