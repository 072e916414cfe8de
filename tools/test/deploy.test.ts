/** What is in `deploy/` can be deployed, as far as that shows without a cluster. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADAPTERS, formatProblem, readConfiguration } from '@viaduct/broker';
import { load, loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const ENVIRONMENT = { AMQP_URL: 'amqp://viaduct:viaduct@rabbitmq:5672' };

/** How long the broker takes to stop, in seconds, and some; see `STOP_DEADLINE_MS`. */
const STOP_S = 10;

const UNIT = 'deploy/systemd/viaduct.service';

/** Only where systemd is installed. */
const SYSTEMD_ANALYZE = '/usr/bin/systemd-analyze';

interface Named {
  readonly name: string;
}

interface Port extends Named {
  readonly port?: number;
  readonly containerPort?: number;
  readonly targetPort?: number;
  readonly protocol?: string;
}

interface Container extends Named {
  readonly image: string;
  readonly ports: readonly Port[];
  readonly volumeMounts: readonly (Named & { readonly mountPath: string })[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly securityContext: object;
}

interface Probe {
  readonly exec: { readonly command: readonly string[] };
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Named;
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly selector?: { readonly matchLabels?: object };
    readonly serviceName?: string;
    readonly replicas?: number;
    readonly ports?: readonly Port[];
    readonly template?: {
      readonly metadata: { readonly labels: object };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly securityContext: { readonly runAsUser: number; readonly runAsNonRoot: boolean };
        readonly containers: readonly Container[];
        readonly volumes: readonly (Named & { readonly configMap?: Named })[];
      };
    };
    readonly volumeClaimTemplates?: readonly { readonly metadata: Named }[];
  };
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

const manifests = loadAll(read('deploy/kubernetes/viaduct.yaml')) as readonly Manifest[];

function manifest(kind: string): Manifest {
  const found = manifests.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`there is no ${kind}`);
  return found;
}

async function problems(name: string, text: string): Promise<readonly string[]> {
  const around = { environment: ENVIRONMENT, folder: ROOT };
  const read = await readConfiguration(name, text, ADAPTERS, around);
  return read.ok ? [] : read.error.map((problem) => formatProblem(name, problem));
}

describe('a configuration in deploy/', () => {
  it.each([
    'deploy/container/viaduct.yaml',
    'deploy/compose/viaduct.yaml',
    'deploy/systemd/viaduct.yaml',
  ])('%s is good', async (path) => {
    expect(await problems(path, read(path))).toEqual([]);
  });

  it('of the manifests of Kubernetes is good', async () => {
    const text = manifest('ConfigMap').data?.['viaduct.yaml'] ?? '';
    expect(await problems('ConfigMap', text)).toEqual([]);
  });
});

describe('the manifests of Kubernetes', () => {
  const { spec } = manifest('StatefulSet');
  const pod = spec?.template?.spec;
  const [container] = pod?.containers ?? [];

  it('name what there is', () => {
    expect(spec?.serviceName).toBe(manifest('Service').metadata.name);
    expect(spec?.template?.metadata.labels).toMatchObject(spec?.selector?.matchLabels ?? { no: 1 });
    expect(spec?.template?.metadata.labels).toMatchObject(manifest('Service').spec?.selector ?? {});
    const claims = spec?.volumeClaimTemplates?.map(({ metadata }) => metadata.name) ?? [];
    const volumes = pod?.volumes.map(({ name }) => name) ?? [];
    const mounts = container?.volumeMounts.map(({ name }) => name) ?? [];
    expect(mounts.toSorted()).toEqual([...claims, ...volumes].toSorted());
    const maps = pod?.volumes.flatMap(({ configMap }) => configMap?.name ?? []);
    expect(maps).toEqual([manifest('ConfigMap').metadata.name]);
  });

  it('open the ports, and use the user and folders, of the image', () => {
    const dockerfile = read('Dockerfile');
    const [, exposed = ''] = /^EXPOSE (.+)$/m.exec(dockerfile) ?? [];
    const ports = container?.ports ?? [];
    expect(
      ports.map(({ containerPort, protocol = 'TCP' }) => `${containerPort}/${protocol}`),
    ).toEqual(exposed.toUpperCase().split(' '));
    const served = manifest('Service').spec?.ports ?? [];
    expect(served.map(({ port, targetPort = port }) => targetPort)).toEqual(
      ports.map(({ containerPort }) => containerPort),
    );
    expect(dockerfile).toContain(`USER ${String(pod?.securityContext.runAsUser)}:`);
    const folders = container?.volumeMounts.map(({ mountPath }) => mountPath);
    expect(folders).toEqual(expect.arrayContaining(['/data', '/etc/viaduct']));
    expect(dockerfile).toContain('VIADUCT_CONFIG=/etc/viaduct/viaduct.yaml');
  });

  it('give one journal one broker, time to stop, and no more rights than it needs', () => {
    expect(spec?.replicas).toBe(1);
    expect(pod?.terminationGracePeriodSeconds).toBeGreaterThan(STOP_S);
    expect(pod?.securityContext.runAsNonRoot).toBe(true);
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('ask by the command that there is', () => {
    const probes = [container?.startupProbe, container?.livenessProbe, container?.readinessProbe];
    const commands = probes.map((probe) => probe?.exec.command.join(' '));
    expect(commands).toEqual(['viaduct health', 'viaduct health --live', 'viaduct health']);
  });
});

describe('the image', () => {
  interface Locked {
    readonly cpu?: readonly string[];
    readonly os?: readonly string[];
  }

  it('can be made for amd64 and for arm64: all that is compiled comes for both', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      readonly packages: Readonly<Record<string, Locked>>;
    };
    const binaries = Object.entries(packages)
      .filter(([, { cpu, os }]) => os?.includes('linux') === true && cpu?.includes('x64') === true)
      .map(([path]) => path);
    const missing = binaries.filter((path) => !(path.replace('x64', 'arm64') in packages));
    expect(binaries).not.toEqual([]);
    expect(missing).toEqual([]);
    const zeromq = Object.values(
      JSON.parse(read('node_modules/zeromq/build/manifest.json')) as Record<string, string>,
    );
    for (const arch of ['x64', 'arm64']) {
      expect(zeromq).toContainEqual(expect.stringMatching(`^linux/${arch}/node/glibc-.*\\.node$`));
    }
    // A base image that names a platform would be of that one whatever is asked for.
    expect(read('Dockerfile')).not.toMatch(/^FROM .*(?:--platform|amd64|arm64)/m);
  });
});

describe('the unit of systemd', () => {
  const unit = new Map(
    read(UNIT)
      .split('\n')
      .filter((line) => /^[A-Za-z]+=/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

  it('hears what the broker tells it, through the child that tells it', () => {
    // Debian 12 has systemd 252, which does not know notify-reload.
    expect(unit.get('Type')).toBe('notify');
    expect(unit.get('ExecReload')).toBe('/bin/kill -HUP $MAINPID');
    expect(unit.get('NotifyAccess')).toBe('all');
    expect(Number(unit.get('WatchdogSec'))).toBeGreaterThanOrEqual(10);
  });

  it.runIf(existsSync(SYSTEMD_ANALYZE))('is in order, as systemd itself says', () => {
    const options = { encoding: 'utf8' } as const;
    const { status, stderr } = spawnSync(SYSTEMD_ANALYZE, ['verify', join(ROOT, UNIT)], options);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('has a user of its own, who may read the configuration and write the data folder', () => {
    const header = read(UNIT).slice(0, read(UNIT).indexOf('[Unit]'));
    const user = unit.get('User') ?? '';
    expect(header).toContain(`useradd --system --home-dir /var/lib/${user}`);
    expect(header).toContain(`install -D -m 0640 -g ${user} viaduct.yaml /etc/viaduct/`);
    expect(unit.get('ExecStart')).toContain('/etc/viaduct/viaduct.yaml');
    const { broker } = load(read('deploy/systemd/viaduct.yaml')) as {
      readonly broker: { readonly data: string };
    };
    expect(broker.data).toBe(`/var/lib/${unit.get('StateDirectory') ?? ''}`);
  });

  it('gives the broker time to stop, and starts it again whatever ended it', () => {
    expect(Number(unit.get('TimeoutStopSec'))).toBeGreaterThan(STOP_S);
    expect(unit.get('Restart')).toBe('always');
    expect(unit.get('StateDirectoryMode')).toBe('0700');
  });
});

describe('docker-compose.yml', () => {
  it('runs a broker whose queues every RabbitMQ takes', () => {
    const { sinks } = load(read('deploy/compose/viaduct.yaml')) as {
      readonly sinks: Readonly<Record<string, { readonly adapter: string }>>;
    };
    const published = Object.values(sinks).filter(({ adapter }) => adapter === 'oslo');
    expect(published).toMatchObject([{ durable: true }]);
  });

  it('mounts what is in deploy/, and gives the broker time to stop', () => {
    const { services } = load(read('docker-compose.yml')) as {
      readonly services: Readonly<
        Record<
          string,
          { readonly volumes?: readonly string[]; readonly stop_grace_period?: string }
        >
      >;
    };
    expect(services.viaduct?.volumes).toContain(
      './deploy/compose/viaduct.yaml:/etc/viaduct/viaduct.yaml:ro',
    );
    expect(Number.parseInt(services.viaduct?.stop_grace_period ?? '', 10)).toBeGreaterThan(STOP_S);
  });
});
