import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hooksFileOf } from './plan.ts';

/** A file of hooks, and what its hook writes. */
export interface Hooks {
  readonly file: string;
  /** A line for each event whose hook came to its end. */
  readonly output: string;
}

/** Dies by a signal one time in five, before its work is done. */
const PROGRAM = `
import { appendFileSync } from 'node:fs';
const [, , file] = process.argv;
let text = '';
for await (const part of process.stdin) text += part;
if (Math.random() < 0.2) process.kill(process.pid, 'SIGSEGV');
else {
  const { resource } = JSON.parse(text).event_context.viaduct_event.data;
  const line = JSON.stringify({ resource: resource.id, name: resource.name });
  appendFileSync(file, line + '\\n');
}
`;

/** Writes a file of hooks with a program that crashes now and then. */
export function writeHooks(folder: string): Hooks {
  const program = join(folder, 'page.mjs');
  const file = join(folder, 'hooks.yaml');
  const output = join(folder, 'pages.jsonl');
  writeFileSync(program, PROGRAM);
  writeFileSync(file, JSON.stringify(hooksFileOf([process.execPath, program, output])));
  return { file, output };
}
