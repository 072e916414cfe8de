import type { AdapterEntry } from '../adapters.ts';
import { adviceOn } from '../config/advice.ts';
import { loadConfiguration } from '../config/load-configuration.ts';
import { formatProblem } from '../config/problem.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Output } from '../output.ts';

/** What `viaduct check` was asked for. */
export interface CheckOptions {
  readonly config: string;
  readonly json: boolean;
}

/** Says everything that is wrong with a configuration, and what will surprise. Opens nothing. */
export async function runCheck(
  options: CheckOptions,
  adapters: readonly AdapterEntry[],
  output: Output,
): Promise<ExitCode> {
  const file = options.config;
  const loaded = await loadConfiguration(file, adapters, process.env);
  const problems = loaded.ok ? [] : loaded.error;
  const advice = loaded.ok ? adviceOn(loaded.value) : [];
  if (options.json) {
    await output.write(`${JSON.stringify({ file, ok: loaded.ok, problems, advice })}\n`);
    return loaded.ok ? EXIT.ok : EXIT.usage;
  }
  for (const problem of problems) await output.write(`${formatProblem(file, problem)}\n`);
  for (const { line, path, message } of advice) {
    await output.write(`${file}:${line}: ${path}: advice: ${message}\n`);
  }
  if (loaded.ok) {
    const { sources, sinks, routes } = loaded.value;
    const parts = [
      count(sources.length, 'source'),
      count(sinks.length, 'sink'),
      count(routes.length, 'route'),
    ];
    await output.write(`${file}: good: ${parts.join(', ')}\n`);
    return EXIT.ok;
  }
  await output.write(`${file}: ${count(problems.length, 'problem')}\n`);
  return EXIT.usage;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
