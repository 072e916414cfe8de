/**
 * The `source` attribute: `<dialect>://<system>/<publisher…>`, each segment percent-encoded
 * (RFC 3986 clause 2.1), so that any publisher's name is a valid URI.
 */
export function sourceUri(
  dialect: string,
  system: string,
  ...publisher: readonly string[]
): string {
  return `${dialect}://${[system, ...publisher].map(encodeSegment).join('/')}`;
}

/** The segments of a `source` attribute, decoded; `undefined` where it is not of our form. */
export function parseSourceUri(
  uri: string,
):
  | { readonly dialect: string; readonly system: string; readonly publisher: readonly string[] }
  | undefined {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(?:\/([^?#]*))?$/.exec(uri);
  if (!match) return undefined;
  try {
    const [, dialect = '', system = '', rest] = match;
    const publisher = rest === undefined ? [] : rest.split('/').map(decodeURIComponent);
    return { dialect, system: decodeURIComponent(system), publisher };
  } catch {
    return undefined; // a stray % from elsewhere
  }
}

const PLAIN_SEGMENT = /^[A-Za-z0-9._~-]*$/;

/** `encodeURIComponent` throws on a lone surrogate, which hostile JSON can hold: replaced first. */
export function encodeSegment(segment: string): string {
  return PLAIN_SEGMENT.test(segment) ? segment : encodeURIComponent(toWellFormed(segment));
}

function toWellFormed(text: string): string {
  return text.replace(
    /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g,
    '\uFFFD',
  );
}
