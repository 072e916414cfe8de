/** The command's entry, called by bin/viaduct.js once the version of Node is known to be enough. */
import packageJson from '@viaduct/broker/package.json' with { type: 'json' };
import { runProgram } from './command/program.ts';
import { BrokerError } from './errors.ts';
import { errorLine, type ToldError, wantsJson } from './error-line.ts';
import { EXIT } from './exit-code.ts';
import { redactUrls } from './config/redact.ts';
import { ReaderGone } from './output.ts';

/** Runs the command and sets the process's exit code; never rejects. */
export async function main(args: readonly string[]): Promise<void> {
  // Help is written by a library that does not listen: "| head" is no error of ours.
  process.stdout.on('error', ignoreGone);
  try {
    process.exitCode = await runProgram(args, packageJson.version);
  } catch (error) {
    if (error instanceof ReaderGone) return;
    process.exitCode = error instanceof BrokerError && isUsage(error) ? EXIT.usage : EXIT.failed;
    const told = toldOf(error);
    const clean = { ...told, message: redactUrls(told.message) };
    process.stderr.write(errorLine(clean, wantsJson(args)));
  }
}

function ignoreGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function isUsage(error: BrokerError): boolean {
  const codes: readonly string[] = ['VIA_BROKER_USAGE', 'VIA_BROKER_REQUEST'];
  return codes.includes(error.code) || error.code.startsWith('VIA_BROKER_CONFIG_');
}

/** The errors of our packages carry a code. */
function toldOf(error: unknown): ToldError {
  if (!(error instanceof Error)) return { message: String(error) };
  return { message: error.message, ...('code' in error ? { code: String(error.code) } : {}) };
}
