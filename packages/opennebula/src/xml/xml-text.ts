/**
 * XML as OpenNebula writes it: base fields bare, template attributes in CDATA; but with what it
 * forgets: text escaped, `]]>` in CDATA protected, characters that XML cannot hold replaced.
 */

/** How an element's content is written: escaped text, CDATA, or markup made here. */
export type ContentForm = 'text' | 'cdata' | 'markup';

/** One element. */
export function element(name: string, content: string, form: ContentForm = 'text'): string {
  return `<${name}>${write(content, form)}</${name}>`;
}

function write(content: string, form: ContentForm): string {
  if (form === 'markup') return content;
  const text = content.replace(FORBIDDEN, '\uFFFD');
  if (form === 'text') return escapeText(text);
  return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;'); // a bare one is turned into a line feed by readers
}

/** Outside XML 1.0's Char (clause 2.2): controls, lone surrogates, two non-characters. */
const FORBIDDEN =
  /[\x00-\x08\x0b\x0c\x0e-\x1f\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
