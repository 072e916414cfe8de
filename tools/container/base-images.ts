/**
 * The images that a Dockerfile and a compose file begin with, made from Debian's packages where no
 * registry can be reached: the same system, named as the files name it. On a machine with a
 * registry none of it is needed.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { ContainerEngine } from './engine.ts';
import { removeFolder } from './remove-folder.ts';

/** What the project's Dockerfile is built from. */
export const NODE_IMAGE = 'docker.io/library/node:24-bookworm-slim';

/** What docker-compose.yml runs beside the broker. */
const RABBITMQ_IMAGE = 'docker.io/library/rabbitmq:4-management';

const root = join(import.meta.dirname, '../..');

/** As the published image does: a user from the environment, then the server in the foreground. */
const RABBITMQ_ENTRY = `#!/bin/sh
set -eu
printf '%s\\n' "loopback_users.guest = true" 'listeners.tcp.default = 5672' \\
  "default_user = $RABBITMQ_DEFAULT_USER" "default_pass = $RABBITMQ_DEFAULT_PASS" \\
  > /etc/rabbitmq/rabbitmq.conf
exec /usr/lib/rabbitmq/bin/rabbitmq-server
`;

/** What is copied into an image belongs to root, whoever it belonged to before. */
const RABBITMQ_LAYERS = `RUN chown -R rabbitmq: /etc/rabbitmq /var/lib/rabbitmq /var/log/rabbitmq
ENV HOME=/var/lib/rabbitmq
USER rabbitmq
ENTRYPOINT ["/entry"]
`;

/** Node on Debian, with the Node that this repository brings along. */
export function makeNodeImage(engine: ContainerEngine, folder: string): void {
  const rootfs = join(folder, 'node/rootfs');
  bootstrap(rootfs, []);
  cpSync(join(root, 'node_modules/node/bin/node'), join(rootfs, 'usr/local/bin/node'));
  const modules = join(rootfs, 'usr/local/lib/node_modules');
  mkdirSync(modules, { recursive: true });
  cpSync(npmFolder(), join(modules, 'npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(rootfs, 'usr/local/bin/npm'));
  symlinkSync('../lib/node_modules/npm/bin/npx-cli.js', join(rootfs, 'usr/local/bin/npx'));
  build(engine, join(folder, 'node'), NODE_IMAGE, '');
}

/** The npm that runs this, or the first on the path. */
function npmFolder(): string {
  const { npm_execpath: running } = process.env;
  const found = running ?? execFileSync('which', ['npm'], { encoding: 'utf8' }).trim();
  return dirname(dirname(realpathSync(found)));
}

/** RabbitMQ of Debian. */
export function makeRabbitmqImage(engine: ContainerEngine, folder: string): void {
  const rootfs = join(folder, 'rabbitmq/rootfs');
  bootstrap(rootfs, ['rabbitmq-server']);
  writeFileSync(join(rootfs, 'entry'), RABBITMQ_ENTRY);
  chmodSync(join(rootfs, 'entry'), 0o755);
  build(engine, join(folder, 'rabbitmq'), RABBITMQ_IMAGE, RABBITMQ_LAYERS);
}

function bootstrap(rootfs: string, packages: readonly string[]): void {
  mkdirSync(rootfs, { recursive: true });
  const include = packages.length === 0 ? [] : [`--include=${packages.join(',')}`];
  const args = ['--variant=minbase', ...include, 'bookworm', rootfs];
  execFileSync('debootstrap', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  rmSync(join(rootfs, 'var/cache/apt'), { recursive: true, force: true });
}

function build(engine: ContainerEngine, context: string, name: string, more: string): void {
  writeFileSync(join(context, 'Dockerfile'), `FROM scratch\nCOPY rootfs/ /\n${more}`);
  engine.buildah('bud', '--isolation', 'chroot', '-q', '-t', name, context);
  removeFolder(join(context, 'rootfs'));
}
