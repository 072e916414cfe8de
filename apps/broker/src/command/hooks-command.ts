/** `viaduct hooks`: what a `hooks.conf` becomes. */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { createOutput } from '../output.ts';
import type { Finish } from './finish.ts';

interface HooksImportFlags {
  readonly name: string;
  readonly firstMatch: boolean;
  readonly each: boolean;
  readonly json: boolean;
}

/** The definition of the command. */
export function hooksCommand(finish: Finish): Command {
  const hooks = new Command('hooks')
    .description('Work with hooks.conf of Cloudify.')
    .addHelpText('after', '\nExamples:\n  viaduct hooks import /opt/manager/hooks.conf');
  hooks
    .command('import')
    .description('Print the broker configuration that runs the hooks of a hooks.conf.')
    .argument('<file>', 'the hooks.conf, as the configuration shall name it')
    .option('--name <name>', 'the name of the sink', 'hooks')
    .option('--first-match', 'of the hooks of one event only the first, as in the original', false)
    .option('--json', 'one object: { sinks, routes, hooks, problems }', false)
    .option('--each', 'a sink and a route for each hook instead of one for the file', false)
    .addHelpText(
      'after',
      `
The file stays as it is: the configuration points to it, and what is changed in it counts.
Put what is printed into the sections "sinks" and "routes" of viaduct.yaml.

Examples:
  viaduct hooks import /opt/manager/hooks.conf
  viaduct hooks import --each hooks.conf
  viaduct hooks import --json hooks.conf | jq -r '.hooks[].eventType'`,
    )
    .action(async (file: string, flags: HooksImportFlags) => {
      const { runHooksImport } = await import('./hooks-import.ts');
      const streams = {
        read: (path: string) => readFile(path, 'utf8'),
        output: createOutput(process.stdout),
        errors: createOutput(process.stderr),
      };
      finish(await runHooksImport({ file, ...flags }, streams));
    });
  return hooks;
}
