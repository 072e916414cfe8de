/** The example of a README that is run: a program, and what it says it prints. */
export interface ReadmeExample {
  readonly program: string;
  /** In one line, blanks collapsed; compare with `oneLine` of the output. */
  readonly prints: string;
}

/**
 * The first `js` or `ts` block of a README that imports the entry. What it prints stands in
 * comments: at the end of each `console.log(…);`, or on the lines that follow it. Throws when no
 * block imports the entry, or when that block does not say what it prints.
 */
export function readmeExample(readme: string, entry: string): ReadmeExample {
  const program = [...readme.matchAll(/^```(?:js|ts)\n(.*?)^```$/gms)]
    .map(([, block = '']) => block)
    .find((block) => block.includes(`from '${entry}';`));
  if (program === undefined) throw new Error(`the README has no example that imports ${entry}`);
  const comments = [...program.matchAll(/^console\.log\(.*\);(?: (\/\/.*))?\n((?:\/\/.*\n)*)/gm)]
    .map(([, beside = '', below = '']) => `${beside}\n${below}`)
    .join('\n');
  const prints = oneLine(comments.replaceAll(/^\/\/ /gm, ''));
  if (prints === '')
    throw new Error(`the README's example of ${entry} does not say what it prints`);
  return { program, prints };
}

/** The text with every run of blanks and line ends as one blank. */
export function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}
