/**
 * `npm run oracle -- FILE`: judges a history that was written down by any producer and collector
 * (JSON Lines, see history.ts), prints the figures, and exits with 1 where the promise was broken.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { HistoryRecord } from './history.ts';
import { judge } from './judge.ts';
import { verdictText } from './verdict-text.ts';

const [, , file] = process.argv;
if (file === undefined) {
  console.error('usage: npm run oracle -- FILE   (FILE: a history in JSON Lines)');
  process.exit(2);
}

const history: HistoryRecord[] = [];
for await (const line of createInterface({ input: createReadStream(file) })) {
  if (line !== '') history.push(JSON.parse(line) as HistoryRecord);
}
const verdict = judge(history);
console.log(verdictText(verdict));
process.exitCode = verdict.violations.length === 0 ? 0 : 1;
