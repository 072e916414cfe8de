/** An error as the command tells it: a sentence for people, an object where JSON was asked for. */

/** What is told of an error. */
export interface ToldError {
  readonly code?: string;
  readonly message: string;
}

/** Whether somebody reads JSON: then an error is JSON, too. */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  return options.some(
    (arg, at) =>
      /^(--json|-ojson|--output=json)$/.test(arg) ||
      (arg === 'json' && /^(-o|--output)$/.test(options[at - 1] ?? '')),
  );
}

/** The line for standard error. */
export function errorLine({ code, message }: ToldError, json: boolean): string {
  if (json) return `${JSON.stringify({ error: { code, message } })}\n`;
  return `viaduct: ${message}${code === undefined ? '' : ` (${code})`}\n`;
}
