import { describe, expect, test } from 'vitest';
import {
  decoded,
  encodedBody,
  foreignEvent,
  foreignNames,
  parsed,
  samples,
} from './canonical-events.ts';
import { dispatched, isDefined, traitsOf } from './ceilometer-definitions.ts';

function traits(name: string): Readonly<Record<string, unknown>> {
  return traitsOf(dispatched(encodedBody(foreignEvent(name))));
}

describe('the evaluator of the definitions', () => {
  test('reads upstream samples as ceilometer does', () => {
    const find = (name: string): string => {
      const sample = samples().find((one) => one.name === name);
      return parsed(sample?.message ?? null).body as string;
    };
    expect(traitsOf(dispatched(find('nova/compute.instance.finish_resize.end')))).toMatchObject({
      host: 'ip-10-147-132-184.ec2.internal',
      service: 'compute',
      memory_mb: 2048,
      state: 'resized',
    });
    expect(traitsOf(dispatched(find('neutron/network.delete.end')))).not.toHaveProperty(
      'resource_id',
    );
    expect(traitsOf(dispatched(find('cinder/volume.attach.end-4')))).toHaveProperty('instance_id');
  });
});

describe('ceilometer extracts from an OpenNebula machine', () => {
  test('everything it wants to know of a created instance', () => {
    expect(traits('vm-running-after-boot')).toEqual({
      service: 'compute',
      project_id: '0',
      user_id: '0',
      tenant_id: '0',
      instance_id: '42',
      resource_id: '42',
      display_name: 'web-42',
      cell_name: '',
      host: 'node1.example.com',
      memory_mb: 2048,
      disk_gb: 10,
      root_gb: 10,
      ephemeral_gb: 0,
      vcpus: 2,
      instance_flavor_id: '',
      instance_type: 'small',
      state: 'active',
      launched_at: '2026-11-21T19:05:50.000Z',
      availability_zone: 'cluster-a',
    });
  });

  test('the old state and the new one of a mere change', () => {
    expect(traits('vm-poweroff')).toMatchObject({
      instance_id: '42',
      state: 'stopped',
      old_state: 'active',
    });
  });

  test('when it was deleted', () => {
    expect(traits('vm-done')).toMatchObject({
      state: 'deleted',
      deleted_at: '2026-11-21T20:00:00.000Z',
    });
  });

  test('no number that nobody knows', () => {
    const found = traits('vm-api-suspend');
    expect(found).toMatchObject({ instance_id: '42', display_name: 'web-42' });
    for (const name of ['memory_mb', 'disk_gb', 'vcpus', 'launched_at', 'deleted_at']) {
      expect(found).not.toHaveProperty(name);
    }
  });

  test('the request that caused it', () => {
    expect(traits('vm-api-suspend')).toMatchObject({ request_id: '7616' });
  });
});

describe('ceilometer extracts from other foreign events', () => {
  test.each([
    ['volume-create', { resource_id: '2390', display_name: 'data', size: 5 }],
    ['image-ready', { resource_id: '7', name: 'ubuntu', status: 'active', size: 2361393152 }],
    ['net-ready', { resource_id: '5', name: 'private', project_id: '0', user_id: '0' }],
    ['net-deleted', { resource_id: '5', name: 'private' }],
    ['user-create', { resource_id: '7', initiator_id: '0' }],
    ['user-login-failure', { outcome: 'failure', initiator_host_addr: '192.0.2.9' }],
    ['deployment-install-error', { resource_id: 'web', name: 'web' }],
    ['host-error', { service: 'viaduct.one' }],
  ])('%s', (name, expected) => {
    expect(traits(name)).toMatchObject(expected);
  });

  test('every compute instance under a type that the definitions know', () => {
    for (const name of foreignNames().filter((one) => one.startsWith('vm-'))) {
      expect(isDefined(dispatched(encodedBody(foreignEvent(name))).event_type), name).toBe(true);
    }
  });
});

test('same-dialect output keeps every trait of every sample', () => {
  for (const { name, message } of samples()) {
    const native = parsed(message);
    for (const event of decoded(native)) {
      if (typeof native.body !== 'string' || native.body.startsWith('{"oslo.version"')) continue;
      const sent = encodedBody(event, native);
      expect(traitsOf(dispatched(sent)), name).toEqual(traitsOf(dispatched(native.body)));
    }
  }
});
