/** The sections `sources` and `sinks`: each entry is its adapter's options and a few of ours. */
import type { Adapter, AnySinkKind, AnySourceKind } from '@viaduct/core';
import type { StartFrom } from '@viaduct/journal';
import type { ConfiguredSink, ConfiguredSource } from './configuration.ts';
import type { Fields } from './json-schema.ts';
import type { Reading } from './reading.ts';
import { suggest } from './nearest-name.ts';
import { isMapping, normalise } from './normalise.ts';
import type { Path } from './path.ts';
import { isSecret, isWithin } from './secrecy.ts';
import { NAME_PATTERN, SINK_FIELDS, SOURCE_FIELDS } from './sections.ts';
import { show, validate } from './validate.ts';

/** Reads the section `sources`; entries that are wrong are reported and left out. */
export async function readSources(
  section: unknown,
  reading: Reading,
): Promise<readonly ConfiguredSource[]> {
  const found: ConfiguredSource[] = [];
  for (const entry of await readEntries('sources', section, SOURCE_FIELDS, reading)) {
    const { name, adapter, own, options } = entry;
    const silenceAfterMs = own['silenceAfterMs'] as number | undefined;
    found.push({
      name,
      adapter,
      kind: entry.kind as AnySourceKind<unknown>,
      options,
      system: (own['system'] as string | undefined) ?? name,
      ignore: own['ignore'] as readonly string[],
      keepOriginal: own['keepOriginal'] as boolean,
      ...(silenceAfterMs === undefined ? {} : { silenceAfterMs }),
    });
  }
  return found;
}

/** Reads the section `sinks`; entries that are wrong are reported and left out. */
export async function readSinks(
  section: unknown,
  reading: Reading,
): Promise<readonly ConfiguredSink[]> {
  const found: ConfiguredSink[] = [];
  for (const entry of await readEntries('sinks', section, SINK_FIELDS, reading)) {
    const { name, adapter, own, options } = entry;
    const giveUpAfterMs = own['giveUpAfterMs'] as number | undefined;
    const sendTimeoutMs = own['sendTimeoutMs'] as number | undefined;
    const ratePerSecond = own['ratePerSecond'] as number | undefined;
    found.push({
      name,
      adapter,
      kind: entry.kind as AnySinkKind<unknown>,
      options,
      from: readStart(own['from'], ['sinks', name, 'from'], reading),
      attemptsMax: own['attemptsMax'] as number,
      claimMax: own['claimMax'] as number,
      ...(giveUpAfterMs === undefined ? {} : { giveUpAfterMs }),
      ...(sendTimeoutMs === undefined ? {} : { sendTimeoutMs }),
      ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
    });
  }
  return found;
}

interface Entry {
  readonly name: string;
  readonly adapter: Adapter;
  readonly kind: AnySourceKind<unknown> | AnySinkKind<unknown>;
  /** The keys that are ours, and those of the adapter. */
  readonly own: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
}

type Section = 'sources' | 'sinks';

async function readEntries(
  section: Section,
  value: unknown,
  common: Fields,
  reading: Reading,
): Promise<readonly Entry[]> {
  const { report } = reading;
  const noun = section === 'sources' ? 'source' : 'sink';
  if (!isMapping(value) || Object.keys(value).length === 0) {
    const isMissing = value === undefined || value === null || isMapping(value);
    const message = isMissing ? `there is no ${noun}` : `${show(value)} is no mapping of names`;
    const advice = `Write at least one ${noun} by its name: "name: { adapter: … }".`;
    const code = isMissing ? 'VIA_BROKER_CONFIG_MISSING_KEY' : 'VIA_BROKER_CONFIG_VALUE';
    report.add(code, [section], message, advice);
    return [];
  }
  const entries: Entry[] = [];
  for (const [name, written] of Object.entries(value)) {
    if (!new RegExp(NAME_PATTERN).test(name)) {
      const advice = 'Use letters, digits, ".", "_" and "-", at most 64, a letter or digit first.';
      report.add('VIA_BROKER_CONFIG_VALUE', [section, name], `"${name}" is no name`, advice);
    }
    const entry = await readEntry(section, name, written, common, reading);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

async function readEntry(
  section: Section,
  name: string,
  written: unknown,
  common: Fields,
  reading: Reading,
): Promise<Entry | undefined> {
  const { report, filledIn } = reading;
  const path: Path = [section, name];
  if (!isMapping(written)) {
    const advice = 'Write its adapter and options: { adapter: …, … }.';
    report.add('VIA_BROKER_CONFIG_VALUE', path, `${show(written)} is not a mapping`, advice);
    return undefined;
  }
  const chosen = await chooseKind(section, written['adapter'], path, reading);
  if (chosen === undefined) return undefined;

  const fields: Fields = {
    properties: { ...common.properties, ...chosen.kind.config.properties },
    required: [...(common.required ?? []), ...(chosen.kind.config.required ?? [])],
  };
  const isFilledIn = (at: string): boolean => filledIn.has(at);
  const whole = normalise(written, fields, path, { isFilledIn, resolvePath: reading.resolvePath });
  const isHidden = (at: Path): boolean =>
    isSecret(fields, at.slice(path.length)) || isWithin(filledIn, at);
  validate(whole, fields, { path, isHidden }, report);

  const isOwn = ([key]: [string, unknown]): boolean => Object.hasOwn(common.properties, key);
  const pairs = Object.entries(whole);
  const own = Object.fromEntries(pairs.filter(isOwn));
  const options = Object.fromEntries(pairs.filter((pair) => !isOwn(pair)));
  return { name, ...chosen, own, options };
}

type Chosen = Pick<Entry, 'adapter' | 'kind'>;

async function chooseKind(
  section: Section,
  written: unknown,
  path: Path,
  { adapters, report }: Reading,
): Promise<Chosen | undefined> {
  const names = adapters.map((entry) => entry.name);
  if (typeof written !== 'string') {
    const message = written === undefined ? 'the key "adapter" is missing' : 'this is no adapter';
    const code =
      written === undefined ? 'VIA_BROKER_CONFIG_MISSING_KEY' : 'VIA_BROKER_CONFIG_VALUE';
    report.add(code, path, message, `Write "adapter: …", one of: ${names.join(', ')}.`);
    return undefined;
  }
  const dot = written.indexOf('.');
  const name = dot < 0 ? written : written.slice(0, dot);
  const kindName = dot < 0 ? 'default' : written.slice(dot + 1);
  const at = [...path, 'adapter'];
  const entry = adapters.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    const message = `there is no adapter "${name}"`;
    report.add('VIA_BROKER_CONFIG_REFERENCE', at, message, suggest(name, names));
    return undefined;
  }
  const adapter = await entry.load();
  const kinds = adapter[section];
  const kind = Object.hasOwn(kinds, kindName) ? kinds[kindName] : undefined;
  if (kind !== undefined) return { adapter, kind };
  const known = Object.keys(kinds).map((key) => (key === 'default' ? name : `${name}.${key}`));
  const noun = section === 'sources' ? 'source' : 'sink';
  const message = `the adapter ${name} has no ${noun} "${written}"`;
  report.add('VIA_BROKER_CONFIG_REFERENCE', at, message, suggest(written, known));
  return undefined;
}

function readStart(value: unknown, path: Path, { report }: Reading): StartFrom {
  if (value === 'now' || value === 'start') return value;
  const at = typeof value === 'string' ? Date.parse(value) : NaN;
  if (!Number.isNaN(at)) return { at };
  if (typeof value === 'string') {
    const advice = 'Write now, start, or a time such as 2026-01-31T12:00:00Z.';
    report.add('VIA_BROKER_CONFIG_VALUE', path, `${show(value)} is no place to begin`, advice);
  }
  return 'now';
}
