/** Where in a text an error is, so that its line can be marked. */

import { jsonLanguage } from '@codemirror/lang-json';

/** Of the first place where it is no JSON, from 1: not every browser's parser says where. */
export function lineOfError(text: string): number | undefined {
  const cursor = jsonLanguage.parser.parse(text).cursor();
  do {
    if (cursor.type.isError) return lineAt(text, cursor.from);
  } while (cursor.next());
  return undefined;
}

/**
 * By the path of a value, from 1: the place of its innermost key that the text has. Documents in
 * texts (a body that is JSON) have their keys there, too, escaped.
 */
export function lineOfPath(text: string, path: string): number | undefined {
  const keys = path.split(/[.[\]/]+/).filter((key) => /^[A-Za-z_]/.test(key));
  for (const key of keys.reverse()) {
    const at = text.indexOf(`"${key}`);
    if (at >= 0) return lineAt(text, at);
  }
  return undefined;
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}
