/**
 * `npm run release`: all packages get the next version that the version plans ask for, and the
 * changelog is closed under it. Writes files only; committing, tagging and publishing are steps of
 * their own (CONTRIBUTING.md). `--dry-run` changes nothing and prints what would be.
 */
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { releaseVersion } from 'nx/release';
import { closed, plannedLines } from './changelog.ts';

const root = join(import.meta.dirname, '../..');
const changelog = join(root, 'CHANGELOG.md');

const [argument, ...others] = process.argv.slice(2);
if (others.length > 0 || (argument !== undefined && argument !== '--dry-run')) {
  console.error('usage: npm run release [-- --dry-run]');
  process.exit(2);
}
const dryRun = argument === '--dry-run';

const plans = globSync('.nx/version-plans/*.md', { cwd: root }).sort();
if (plans.length === 0) {
  console.error('there is no version plan: `npx nx release plan` writes one');
  process.exit(1);
}
const lines = plans.flatMap((file) => plannedLines(file, readFileSync(join(root, file), 'utf8')));
const { workspaceVersion } = await releaseVersion({
  dryRun,
  stageChanges: false,
  gitCommit: false,
});
if (typeof workspaceVersion !== 'string') throw new Error('the plans ask for no new version');

const today = new Date().toISOString().slice(0, 10);
const text = closed(readFileSync(changelog, 'utf8'), workspaceVersion, today, lines);
if (dryRun) {
  console.log(
    text
      .slice(text.indexOf(`## ${workspaceVersion}`))
      .split('\n')
      .slice(0, 12)
      .join('\n'),
  );
} else {
  writeFileSync(changelog, text);
  for (const plan of plans) rmSync(join(root, plan), { force: true });
  console.log(`${workspaceVersion}: look at the change, commit it, tag v${workspaceVersion}`);
}
