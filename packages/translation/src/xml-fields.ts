/** The single values of an XML text, by path; forgiving, because values may hold raw markup. */

const TOKEN =
  /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([A-Za-z_][\w.:-]*)[^<>]*?(\/?)>|([^<]+|<)/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
};

interface Element {
  readonly path: string;
  readonly children: Map<string, number>;
  text: string;
}

/**
 * Path and text of each element without elements: `HOOK_MESSAGE/VM/ID`; the second of a name is
 * `NIC[2]`. Of at most `max` elements.
 */
export function xmlFields(xml: string, max: number): readonly (readonly [string, string])[] {
  const fields: (readonly [string, string])[] = [];
  const open: Element[] = [{ path: '', children: new Map(), text: '' }];
  for (const [, cdata, close, name, empty, text] of xml.matchAll(TOKEN)) {
    const top = open.at(-1);
    if (top === undefined || fields.length >= max) break;
    if (name === undefined) {
      top.text += cdata ?? (text ?? '').replace(/&(?:lt|gt|quot|apos|amp);/g, entity);
    } else if (close === '') {
      const count = (top.children.get(name) ?? 0) + 1;
      top.children.set(name, count);
      const own = count === 1 ? name : `${name}[${String(count)}]`;
      const element = { path: top.path === '' ? own : `${top.path}/${own}`, children: new Map() };
      open.push({ ...element, text: '' });
      if (empty === '/') leave(open, fields);
    } else if (open.length > 1) leave(open, fields);
  }
  return fields;
}

function leave(open: Element[], fields: (readonly [string, string])[]): void {
  const element = open.pop();
  if (element?.children.size === 0) fields.push([element.path, element.text]);
}

function entity(text: string): string {
  return ENTITIES[text] ?? text;
}
