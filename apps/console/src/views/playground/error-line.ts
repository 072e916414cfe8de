/** Where in a text an error is, so that its line can be marked. */

/** By the position that the JSON parser of the browser names, from 1. */
export function lineOfError(text: string, message: string): number | undefined {
  const [, line] = /line (\d+)/.exec(message) ?? [];
  if (line !== undefined) return Number(line);
  const [, position] = /position (\d+)/.exec(message) ?? [];
  return position === undefined ? undefined : lineAt(text, Number(position));
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
