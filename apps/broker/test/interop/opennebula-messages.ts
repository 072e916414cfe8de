/** OpenNebula messages for tests with real peers: the fixtures, with other ids and states. */
import { readFileSync } from 'node:fs';

/** A two-frame message: key and base64 content. */
export type Frames = readonly [key: string, content: string];

const FIXTURES = new URL('../../../../packages/opennebula/fixtures/', import.meta.url);

/** A message as the real driver published it. */
export function frames(name: string): Frames {
  const text = readFileSync(new URL(`${name}.native.json`, FIXTURES), 'utf8');
  const { key, content } = JSON.parse(text) as { key: string; content: string };
  return [key, content];
}

/** The same message about another virtual machine, host, image or network. */
export function withId(message: Frames, id: number): Frames {
  const [key, content] = message;
  const from = /<RESOURCE_ID>(\d+)</.exec(text(content))?.[1] ?? '';
  const body = text(content)
    .replace(`<RESOURCE_ID>${from}<`, `<RESOURCE_ID>${String(id)}<`)
    .replace(`><ID>${from}<`, `><ID>${String(id)}<`);
  return [
    key.replace(new RegExp(`(/| )${from}(?=[ /])`), `$1${String(id)}`),
    Buffer.from(body).toString('base64'),
  ];
}

/** The same message with pieces of its XML replaced. */
export function withBody(
  message: Frames,
  ...replacements: readonly (readonly [string, string])[]
): Frames {
  const [key, content] = message;
  const body = replacements.reduce((xml, [from, to]) => xml.replace(from, to), text(content));
  return [key, Buffer.from(body).toString('base64')];
}

/** The XML of a content frame. */
export function text(content: string): string {
  return Buffer.from(content, 'base64').toString('utf8');
}
