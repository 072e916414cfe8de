/** Commands of the pages that other tests hold, since they take minutes or change the machine. */

interface Held {
  readonly command: RegExp;
  /** Where it is tried. */
  readonly by: string;
}

/** The first that fits a line counts. */
const HELD_ELSEWHERE: readonly Held[] = [
  { command: /^npm ci( && npm (start|test))?$/, by: '.ci/run and tools/test/demo.peer.test.ts' },
  { command: /^npm start( -- --for \w+)?$/, by: 'tools/test/demo.peer.test.ts' },
  { command: /^npm test( -- \S+)?$/, by: '.ci/run' },
  { command: /^npm install (-g |--global )?@viaduct\/broker$/, by: 'npm run check:packages' },
  { command: /^npm install (--save-dev )?(@viaduct\/[a-z]+ ?|vitest)+$/, by: 'check:packages' },
  { command: /^npm run [a-z:-]+$/, by: 'package.json has the script' },
  { command: /^docker (build|compose|run|exec|logs|stop|rm) /, by: 'npm run test:container' },
];

/** Pages whose commands and files have a test of their own, and which. */
export const PAGES_WITH_OWN_TESTS: ReadonlyMap<string, string> = new Map([
  ['docs/dead-letters-and-replay.md', 'apps/broker/test/documented-commands.test.ts'],
  ['docs/testing-your-configuration.md', 'apps/broker/test/documented-cases.test.ts'],
]);

/** Whether another test runs this line. */
export function isHeldElsewhere(line: string): boolean {
  const command = line.replace(/\s+#.*$/, '').trim();
  return HELD_ELSEWHERE.some((held) => held.command.test(command));
}
