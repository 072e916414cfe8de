/** Builds the project's own images, as anybody would from the checkout. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerEngine } from './engine.ts';

/** The broker. */
export const BROKER_IMAGE = 'localhost/viaduct';

/** What docker-compose.yml shows it with. */
export const SIMULATOR_IMAGE = 'localhost/viaduct-opennebula-simulator';

/** Builds both from the project's Dockerfile, unchanged. */
export function buildImages(engine: ContainerEngine, checkout: string): void {
  const common = [
    'bud',
    '--isolation',
    'chroot',
    '--pull-never',
    '--layers',
    ...settingsOfNpm(checkout),
  ];
  engine.buildah(...common, '-q', '-t', BROKER_IMAGE, checkout);
  const target = ['--target', 'opennebula-simulator'];
  engine.buildah(...common, '-q', ...target, '-t', SIMULATOR_IMAGE, checkout);
}

/** How this machine reaches npm's registry is the machine's own: lent to the build, not kept. */
function settingsOfNpm(checkout: string): readonly string[] {
  const files = ['globalconfig', 'userconfig'].map((key) =>
    execFileSync('npm', ['config', 'get', key], { encoding: 'utf8' }).trim(),
  );
  const known = [...new Set([...files, '/usr/local/etc/npmrc'])].filter((file) => existsSync(file));
  const settings = join(checkout, '../npmrc');
  writeFileSync(settings, known.map((file) => readFileSync(file, 'utf8')).join('\n'));
  const lent = [`${settings}:/usr/local/etc/npmrc:ro`, '/etc/ssl/certs:/etc/ssl/certs:ro'];
  return lent.flatMap((volume) => ['--volume', volume]);
}
