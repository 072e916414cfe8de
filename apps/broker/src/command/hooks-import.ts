import type { HookSinkSpec, HookTarget } from '@viaduct/cloudify';
import { dump } from 'js-yaml';
import { NAME_PATTERN } from '../config/sections.ts';
import { BrokerError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Output } from '../output.ts';

/** What `viaduct hooks import` was asked for. */
export interface HooksImportOptions {
  /** The `hooks.conf`, as it will stand in the configuration. */
  readonly file: string;
  /** The name of the sink. */
  readonly name: string;
  /** Of the hooks of one event type only the first, as in the original. */
  readonly firstMatch: boolean;
  /** A sink and a route for each hook, instead of one for the file. */
  readonly each: boolean;
  /** The sections and what is wrong as one object. */
  readonly json: boolean;
}

/** Where the command reads from and writes to. */
export interface HooksImportStreams {
  /** Reads the file; throws what Node throws. */
  readonly read: (file: string) => Promise<string>;
  readonly output: Output;
  readonly errors: Output;
}

/**
 * Prints the sections of a broker's configuration that run the hooks of a `hooks.conf`. The file
 * stays what it is: the configuration points to it.
 */
export async function runHooksImport(
  options: HooksImportOptions,
  { read, output, errors }: HooksImportStreams,
): Promise<ExitCode> {
  const { file, name, firstMatch } = options;
  if (!new RegExp(NAME_PATTERN).test(name)) {
    const advice = 'Use letters, digits, ".", "_" and "-", at most 64.';
    throw new BrokerError('VIA_BROKER_USAGE', `--name ${JSON.stringify(name)}: ${advice}`);
  }
  const { expandHooks } = await import('@viaduct/cloudify');
  const mode = firstMatch ? 'first-match' : 'all';
  const { sinks, problems } = expandHooks(await textOf(file, read), mode);
  const isBad = problems.some(({ severity }) => severity === 'error');
  const sections = options.each ? eachHook(options, sinks) : wholeFile(options);
  if (options.json) {
    const empty = { sinks: {}, routes: [] };
    const hooks = sinks.map(({ name: own, hook }) => ({ ...hook, name: `${name}.${own}` }));
    const told = { ...(isBad || sinks.length === 0 ? empty : sections), hooks, problems };
    await output.write(`${JSON.stringify(told)}\n`);
    return isBad ? EXIT.usage : EXIT.ok;
  }
  for (const { severity, line, path, message } of problems) {
    const place = path === '' ? '' : `${path}: `;
    await errors.write(`${file}:${String(line)}: ${severity}: ${place}${message}\n`);
  }
  if (isBad) return EXIT.usage;
  const text = sinks.length === 0 ? '' : dump(sections, { lineWidth: 100, noRefs: true });
  await output.write(`${comments(options, sinks).join('\n')}\n${text}`);
  return EXIT.ok;
}

async function textOf(file: string, read: HooksImportStreams['read']): Promise<string> {
  try {
    return await read(file);
  } catch (error) {
    const message = `cannot read the hooks: ${(error as Error).message}`;
    throw new BrokerError('VIA_BROKER_USAGE', message, { cause: error });
  }
}

/** One sink for the file: a hook added to it later is a sink as well. */
function wholeFile({ file, name, firstMatch }: HooksImportOptions): object {
  const mode = firstMatch ? { mode: 'first-match' } : {};
  return {
    sinks: { [name]: { adapter: 'cloudify.hooks', file, ...mode } },
    routes: [{ name, to: [name] }],
  };
}

/** Under the names that they have as parts of the file's sink, so that they keep their places. */
function eachHook({ file, name }: HooksImportOptions, hooks: readonly HookSinkSpec[]): object {
  const sinks = hooks.map((hook) => [
    `${name}.${hook.name}`,
    { adapter: 'cloudify.hooks', file, hook: hook.name },
  ]);
  const routes = hooks.map((hook) => ({
    name: `${name}.${hook.name}`,
    match: hook.match,
    to: [`${name}.${hook.name}`],
  }));
  return { sinks: Object.fromEntries(sinks) as object, routes };
}

function comments(
  { file, name }: HooksImportOptions,
  hooks: readonly HookSinkSpec[],
): readonly string[] {
  const lines =
    hooks.length === 0
      ? [`${file} has no hooks.`]
      : [
          `The hooks of ${file}.`,
          'Each is a sink of its own, with its place, its retries and its dead letters. Events come from',
          'every source; those of Cloudify itself need one with "adapter: cloudify".',
          ...hooks.map(({ name: own, hook }) => {
            return `  ${name}.${own}: ${hook.eventType}, ${targetText(hook.run)}`;
          }),
        ];
  return lines.map((line) => `# ${line.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')}`);
}

function targetText(run: HookTarget): string {
  if (run.kind === 'implementation') return run.implementation;
  return run.kind === 'javascript' ? `${run.file}#${run.exported}` : run.command.join(' ');
}
