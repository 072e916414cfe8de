/** Configurations that the pages show, made whole where they are a part of one. */
import { dump, load } from 'js-yaml';

const SECTIONS = ['broker', 'sources', 'sinks', 'routes'];

type Section = Readonly<Record<string, unknown>>;

/** What values from outside are here: enough for a token, too. */
export const LONG_ENOUGH = 'long-enough-for-any-token';

const SOURCE = { adapter: 'cloudevents.http', listen: '127.0.0.1:18088' };
const SINK = { adapter: 'cloudevents.stdout' };

/** Whether a block of YAML is a configuration or a part of one: a list of routes is. */
export function isConfiguration(text: string): boolean {
  const value = load(text);
  if (Array.isArray(value)) return value.every((each) => isMapping(each) && 'to' in each);
  return isMapping(value) && Object.keys(value).every((key) => SECTIONS.includes(key));
}

/** Whether a block is a `hooks.conf`. */
export function isHooksFile(text: string): boolean {
  const value = load(text);
  return isMapping(value) && 'hooks' in value;
}

/**
 * The whole configuration that a block is a part of. What routes name and the block does not define
 * is a webhook as the source, and standard output as the sink. A whole one stays as it is.
 */
export function completed(shown: string): string {
  // A mounted secret is not here; what it says is none of the block's.
  const text = shown.replaceAll(/\$\{file:[^}]*\}/g, LONG_ENOUGH);
  const value = load(text);
  const written = (Array.isArray(value) ? { routes: value } : value) as Section;
  const routes = (written.routes ?? []) as readonly Section[];
  const sources = (written.sources ?? {}) as Section;
  const sinks = (written.sinks ?? {}) as Section;
  const from = namesIn(routes, 'from').filter((name) => !name.includes('*') && !(name in sources));
  const to = namesIn(routes, 'to').filter((name) => !(name in sinks));
  const isWhole = from.length === 0 && to.length === 0 && !Array.isArray(value);
  if (isWhole && SECTIONS.slice(1).every((section) => section in written)) return text;
  const allSources = { ...sources, ...entries(from, SOURCE) };
  const allSinks = { ...sinks, ...entries(to, SINK) };
  return dump({
    ...written,
    sources: isEmpty(allSources) ? { web: SOURCE } : allSources,
    sinks: isEmpty(allSinks) ? { out: SINK } : allSinks,
    routes:
      routes.length === 0
        ? [{ to: Object.keys(isEmpty(allSinks) ? { out: 0 } : allSinks) }]
        : routes,
  });
}

function entries(names: readonly string[], value: Section): Section {
  return Object.fromEntries(names.map((name) => [name, value]));
}

function isEmpty(section: Section): boolean {
  return Object.keys(section).length === 0;
}

function namesIn(routes: readonly Section[], key: 'from' | 'to'): readonly string[] {
  return routes.flatMap((route) => (route[key] ?? []) as string | readonly string[]);
}

function isMapping(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
