/** Advice on a configuration that is valid but will surprise. */
import type { ConfigField } from '@viaduct/core';
import { compileGlobs } from '@viaduct/routing';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Configuration, ConfiguredSink, ConfiguredSource } from './configuration.ts';
import { cyclesOf } from './cycles.ts';
import { formatPath, type Path } from './path.ts';
import { adminAddress, type AdminSection, isLoopback } from './read-admin.ts';
import { redactUrls } from './redact.ts';

/** One piece of advice, with where it belongs. */
export interface PlacedAdvice {
  readonly line: number;
  readonly path: string;
  readonly message: string;
}

/** Everything worth saying about a configuration, in the order of the file. */
export function adviceOn(configuration: Configuration): readonly PlacedAdvice[] {
  const { broker, lineOf } = configuration;
  const found: PlacedAdvice[] = [];
  const add = (path: Path, message: string): void => {
    found.push({ line: lineOf(path), path: formatPath(path), message: redactUrls(message) });
  };
  adviseOnAdmin(broker.admin, add);
  const unwritable = whyUnwritable(broker.data);
  if (unwritable !== undefined) add(['broker', 'data'], unwritable);
  for (const { path, message } of configuration.notices) add(path, message);
  for (const [section, entries] of endpointSections(configuration)) {
    for (const entry of entries) {
      const { kind, options } = entry;
      const name = ('partOf' in entry ? entry.partOf : undefined) ?? entry.name;
      for (const advice of kind.advise?.(options) ?? []) {
        const path = advice.path.match(/[^.[\]]+/g) ?? [];
        add([section, name, ...path], advice.message);
      }
    }
  }
  adviseOnUnused(configuration, add);
  adviseOnAddresses(configuration, add);
  for (const { sink, source } of cyclesOf(configuration)) {
    const message =
      `What this sink sends comes back through the source "${source}" and is routed here again. ` +
      'The broker drops its own events by their trail; what loses the trail on its way goes in ' +
      'circles. Use another exchange or topic, or a match that leaves them out.';
    add(['sinks', sink], message);
  }
  return found.toSorted((a, b) => a.line - b.line);
}

type Endpoint = ConfiguredSource | ConfiguredSink;

function endpointSections({
  sources,
  sinks,
}: Configuration): readonly (readonly [string, readonly Endpoint[]])[] {
  return [
    ['sources', sources],
    ['sinks', sinks],
  ];
}

type Add = (path: Path, message: string) => void;

/** Passwords and tokens that cross a network as they are. */
function adviseOnAdmin({ listen, tls }: AdminSection, add: Add): void {
  const address = adminAddress(listen);
  if (address === undefined || isLoopback(address.host) || tls !== undefined) return;
  const message =
    'Tokens and passwords cross the network unencrypted: add "tls", or put a proxy in front that ' +
    'speaks TLS.';
  add(['broker', 'admin', 'listen'], message);
}

function adviseOnUnused(configuration: Configuration, add: Add): void {
  const { routes, sinks, router } = configuration;
  const unused = sinks.filter(({ name }) => !router.sinks.includes(name));
  for (const name of new Set(unused.map(({ name: own, partOf }) => partOf ?? own))) {
    add(['sinks', name], 'No route leads to this sink.');
  }
  const named = compileGlobs(router.sources);
  if (routes.every(({ from }) => from !== undefined)) {
    for (const { name } of configuration.sources) {
      if (named(name)) continue;
      add(['sources', name], 'No route comes from this source: its events are kept, not sent.');
    }
  }
}

/**
 * Equal addresses. Two sinks that listen on one port cannot both; a sink that listens where a
 * source connects to feeds this broker its own output.
 */
function adviseOnAddresses({ sources, sinks }: Configuration, add: Add): void {
  for (const [at, sink] of sinks.entries()) {
    for (const port of listeningPorts(sink)) {
      const rival = sinks.slice(0, at).find((other) => listeningPorts(other).includes(port));
      if (rival !== undefined) {
        add(['sinks', sink.name], `The sink "${rival.name}" listens on port ${port} too.`);
      }
      const source = sources.find((other) => localPorts(other).includes(port));
      if (source !== undefined) {
        const message =
          `Port ${port} of this machine is where the source "${source.name}" connects to: the ` +
          'broker would hear itself, or the port is taken by the real peer. Choose another port.';
        add(['sinks', sink.name], message);
      }
    }
  }
}

/** Ports in the ZeroMQ addresses of a sink: it binds them. */
function listeningPorts(sink: ConfiguredSink): readonly string[] {
  return endpointsOf(sink).flatMap((text) => /^tcp:\/\/[^/]*:(\d+)$/.exec(text)?.[1] ?? []);
}

const LOCAL = /^tcp:\/\/(?:127\.[\d.]+|localhost|\[?::1\]?|0\.0\.0\.0|\*):(\d+)$/;

/** Ports of this machine that a source connects to. */
function localPorts(source: ConfiguredSource): readonly string[] {
  return endpointsOf(source).flatMap((text) => LOCAL.exec(text)?.[1] ?? []);
}

function endpointsOf({ kind, options }: Endpoint): readonly string[] {
  return Object.entries(kind.config.properties)
    .filter(([, field]) => isEndpoint(field))
    .flatMap(([name]) => [options[name]].flat())
    .filter((value) => typeof value === 'string');
}

function isEndpoint(field: ConfigField): boolean {
  if (field.type === 'array') return isEndpoint(field.items);
  return field.type === 'string' && field.format === 'endpoint';
}

/** Why a folder could not be made or written, in a sentence; nothing is made to find out. */
function whyUnwritable(folder: string): string | undefined {
  let existing = folder;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  try {
    if (!statSync(existing).isDirectory())
      return `${existing} is no folder: the journal needs one.`;
    accessSync(existing, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return `${existing} cannot be written (${code ?? 'unknown'}): the journal needs it.`;
  }
}
