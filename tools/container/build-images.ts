/** Builds the project's own images, as anybody would from the checkout. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { ContainerEngine } from './engine.ts';

/** The broker. */
export const BROKER_IMAGE = 'localhost/viaduct';

/** What docker-compose.yml shows it with. */
export const SIMULATOR_IMAGE = 'localhost/viaduct-opennebula-simulator';

/** Builds both from the project's Dockerfile, unchanged. */
export function buildImages(engine: ContainerEngine, checkout: string): void {
  const common = ['bud', '--isolation', 'chroot', '--pull-never', '--layers', ...settingsOfNpm()];
  engine.buildah(...common, '-q', '-t', BROKER_IMAGE, checkout);
  const target = ['--target', 'opennebula-simulator'];
  engine.buildah(...common, '-q', ...target, '-t', SIMULATOR_IMAGE, checkout);
}

/** How this machine reaches npm's registry is the machine's own: lent to the build, not kept. */
function settingsOfNpm(): readonly string[] {
  const get = (key: string): string =>
    execFileSync('npm', ['config', 'get', key], { encoding: 'utf8' }).trim();
  const lent = [
    [get('userconfig'), '/root/.npmrc'],
    [get('globalconfig'), '/usr/local/etc/npmrc'],
    ['/usr/local/etc/npmrc', '/usr/local/etc/npmrc'],
    ['/etc/ssl/certs', '/etc/ssl/certs'],
  ];
  const seen = new Set<string>();
  return lent.flatMap(([from = '', to = '']) => {
    if (!existsSync(from) || seen.has(to)) return [];
    seen.add(to);
    return ['--volume', `${from}:${to}:ro`];
  });
}
