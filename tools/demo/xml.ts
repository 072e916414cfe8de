/** XML as OpenNebula's serialisers write it: one line, base fields bare, templates in CDATA. */

/** A template attribute: a value, or a vector of attributes under one name. */
export type Attribute = readonly [name: string, value: string | readonly Attribute[]];

/** An element with bare content; the empty text gives a start and an end tag. */
export function element(name: string, content: string | number): string {
  return `<${name}>${content}</${name}>`;
}

/** An element whose value stands in CDATA. */
export function cdata(name: string, value: string): string {
  return `<${name}><![CDATA[${value}]]></${name}>`;
}

/** Elements with bare content, in the order given. */
export function elements(fields: Readonly<Record<string, string | number>>): string {
  return Object.entries(fields)
    .map(([name, content]) => element(name, content))
    .join('');
}

/** Template attributes: the serialiser sorts them by name. */
export function attributes(list: readonly Attribute[]): string {
  return list
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) =>
      typeof value === 'string' ? cdata(name, value) : element(name, attributes(value)),
    )
    .join('');
}
