/** `viaduct schema`: what editors read. */
import { Argument, Command } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import { EXIT } from '../exit-code.ts';
import type { Finish } from './finish.ts';

/** The definition of the command. */
export function schemaCommand(finish: Finish, adapters: readonly AdapterEntry[]): Command {
  const of = new Argument('[of]', 'the configuration, or the cases of "viaduct test"');
  return new Command('schema')
    .description('Print the JSON Schema of a configuration or of case files, for editors.')
    .option('--json', 'on one line; it is JSON either way', false)
    .addArgument(of.choices(['configuration', 'cases']).default('configuration'))
    .addHelpText(
      'after',
      `
Editors with a YAML language server complete, explain and check a file that begins with
  # yaml-language-server: $schema=viaduct.schema.json

Examples:
  viaduct schema > viaduct.schema.json
  viaduct schema cases > cases.schema.json`,
    )
    .action(async (what: string, { json }: { readonly json: boolean }) => {
      const { createOutput } = await import('../output.ts');
      const { editorSchema } = await import('../config/editor-schema.ts');
      const { CASE_FILE_SCHEMA } = await import('../cases/case-schema.ts');
      const schema = what === 'cases' ? CASE_FILE_SCHEMA : await editorSchema(adapters);
      const text = json ? JSON.stringify(schema) : JSON.stringify(schema, null, 2);
      await createOutput(process.stdout).write(`${text}\n`);
      finish(EXIT.ok);
    });
}
