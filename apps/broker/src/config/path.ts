/** Where a value stands in the configuration: the keys and indices that lead to it. */
export type Path = readonly (string | number)[];

const PLAIN_KEY = /^[A-Za-z_][\w-]*$/;

/** A path as people write it: `routes[0].from[1]`, `sources["a.b"].url`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (!PLAIN_KEY.test(part)) text += `[${JSON.stringify(part)}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** The path of a JSON pointer (RFC 6901) below a base; array indices become numbers. */
export function pathOfPointer(base: Path, pointer: string, value: unknown): Path {
  const path = [...base];
  let at = value;
  for (const escaped of pointer.split('/').slice(1)) {
    const part = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(at) ? Number(part) : part);
    at = (at as Readonly<Record<string, unknown>> | undefined)?.[part];
  }
  return path;
}
