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
    .action(async (what: string) => {
      const { createOutput } = await import('../output.ts');
      const { editorSchema } = await import('../config/editor-schema.ts');
      const { CASE_FILE_SCHEMA } = await import('../cases/case-schema.ts');
      const schema = what === 'cases' ? CASE_FILE_SCHEMA : await editorSchema(adapters);
      await createOutput(process.stdout).write(`${JSON.stringify(schema, null, 2)}\n`);
      finish(EXIT.ok);
    });
}
