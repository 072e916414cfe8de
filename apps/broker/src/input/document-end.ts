/** Finds where a document over several lines ends, reading each line once. */

/** Takes the lines of one document, the first one from its first character on. */
export interface EndFinder {
  /**
   * The offset in this line after the document's end; `open` where more lines may complete it,
   * `broken` where none can.
   */
  feed(line: string): number | 'open' | 'broken';
}

/** The end of a JSON object or list: its brackets, those in texts set aside. */
export function jsonEnd(): EndFinder {
  let depth = 0;
  return {
    feed(line) {
      for (let at = 0; at < line.length; at += 1) {
        const character = line[at];
        if (character === '"') {
          at = endOfText(line, at);
          if (at < 0) return 'broken'; // JSON has no line breaks in texts
        } else if (character === '{' || character === '[') depth += 1;
        else if (character === '}' || character === ']') {
          depth -= 1;
          if (depth === 0) return at + 1;
        }
      }
      return 'open';
    },
  };
}

/** The offset of the quote that ends a text, -1 where the line ends first. */
function endOfText(line: string, start: number): number {
  for (let at = start + 1; at < line.length; at += 1) {
    const character = line[at];
    if (character === '"') return at;
    if (character === '\\') at += 1;
  }
  return -1;
}

const FIRST_TAG = /<([A-Za-z_][\w.:-]*)([^<>]*)>/;

/** The end of an XML document: the end tag of its first element, which holds none of its name. */
export function xmlEnd(): EndFinder {
  let endTag: string | undefined;
  return {
    feed(line) {
      let from = 0;
      if (endTag === undefined) {
        const first = FIRST_TAG.exec(line);
        if (first === null) return 'open';
        const [tag, name = '', rest = ''] = first;
        from = first.index + tag.length;
        if (rest.endsWith('/')) return from;
        endTag = `</${name}>`;
      }
      const end = line.indexOf(endTag, from);
      return end < 0 ? 'open' : end + endTag.length;
    },
  };
}
