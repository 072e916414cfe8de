/** URIs as RFC 3986 appendix A has them, so far as an event's attributes need them checked. */

const PCHAR = String.raw`(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})`;
const AUTHORITY =
  String.raw`(?:(?:[A-Za-z0-9\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*@)?` +
  String.raw`(?:(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{0,5})?`;
const TAIL = String.raw`(?:\?(?:${PCHAR}|[/?])*)?(?:#(?:${PCHAR}|[/?])*)?`;
const PATH = String.raw`(?:${PCHAR}|/)*`;

/** No URI that an operator could read is longer; the patterns are not tried on anything that is. */
const LENGTH_MAX = 8192;

const ABSOLUTE = new RegExp(
  `^[A-Za-z][A-Za-z0-9+.-]*:(?://${AUTHORITY}(?:/${PATH})?|(?!//)(?=[^?#])${PATH})${TAIL}$`,
);
const RELATIVE = new RegExp(`^(?://${AUTHORITY}(?:/${PATH})?|(?!//)${PATH})${TAIL}$`);

/** The first segment of a relative path has no colon, or it would be a scheme. */
const COLON_FIRST = /^[^/?#]*:/;

/** Whether a text is a URI, with a scheme. */
export function isUri(text: string): boolean {
  return text.length <= LENGTH_MAX && ABSOLUTE.test(text);
}

/** Whether a text is a URI or a relative reference; not the empty one. */
export function isUriReference(text: string): boolean {
  if (text === '' || text.length > LENGTH_MAX) return false;
  return ABSOLUTE.test(text) || (RELATIVE.test(text) && !COLON_FIRST.test(text));
}
