/** neutron (all its resources follow one pattern), nova-network, designate, octavia. */
import { NETWORK_STATES } from './mapping-states.ts';
import type { Rule } from '../rules/rule.ts';

/**
 * neutron/notifiers and api/v2: `create.end` and `update.end` hold the resource under its noun,
 * `delete` only `<noun>_id`, `update.start` the id beside what changes.
 */
export function neutronRule(noun: string): Rule {
  return {
    match: noun,
    kind: 'network',
    type: noun,
    id: [`${noun}.id`, 'id', `${noun}_id`],
    name: [`${noun}.name`],
    project: [`${noun}.project_id`, `${noun}.tenant_id`],
    state: [`${noun}.status`],
    states: NETWORK_STATES,
    ...parentOf(noun),
    attributes: {
      createdAt: [`${noun}.created_at`],
      updatedAt: [`${noun}.updated_at`],
      vlanId: [`${noun}.provider:segmentation_id`],
      driver: [`${noun}.provider:network_type`, `${noun}.provider`],
    },
    addresses: [
      { address: `${noun}.floating_ip_address`, type: 'floating' },
      { address: `${noun}.fixed_ip_address`, type: 'fixed' },
      { list: `${noun}.fixed_ips`, address: 'ip_address', mac: `${noun}.mac_address` },
      { address: `${noun}.address` },
    ],
    extra: NEUTRON_EXTRA.map((name) => `${noun}.${name}`),
  };
}

/** Nouns come from event types too: one may be called `constructor`. */
function parentOf(noun: string): Pick<Rule, 'parent'> {
  const parent = Object.hasOwn(NEUTRON_PARENTS, noun) ? NEUTRON_PARENTS[noun] : undefined;
  return parent === undefined ? {} : { parent };
}

const NEUTRON_PARENTS: Readonly<Record<string, NonNullable<Rule['parent']>>> = {
  subnet: { kind: 'network', type: 'network', id: ['subnet.network_id'] },
  port: { kind: 'network', type: 'network', id: ['port.network_id'] },
  floatingip: { kind: 'network', type: 'network', id: ['floatingip.floating_network_id'] },
  security_group_rule: {
    kind: 'network',
    type: 'security_group',
    id: ['security_group_rule.security_group_id'],
  },
  member: { kind: 'network', type: 'pool', id: ['member.pool_id'] },
};

const NEUTRON_EXTRA = [
  'admin_state_up',
  'device_id',
  'device_owner',
  'router_id',
  'port_id',
  'cidr',
  'gateway_ip',
  'protocol',
  'direction',
  'object_id',
  'target_tenant',
];

/** neutron's and its extensions' nouns; any other with the same pattern is read alike. */
const NEUTRON_NOUNS = [
  'network',
  'subnet',
  'subnetpool',
  'address_scope',
  'port',
  'router',
  'floatingip',
  'security_group',
  'security_group_rule',
  'rbac_policy',
  'qos_policy',
  'bandwidth_limit_rule',
  'trunk',
  'segment_range',
  'network_segment_range',
  'metering_label',
  'metering_label_rule',
  'firewall',
  'firewall_policy',
  'firewall_rule',
  'firewall_group',
  'vpnservice',
  'endpoint_group',
  'ikepolicy',
  'ipsecpolicy',
  'ipsec_site_connection',
  'vip',
  'pool',
  'member',
  'health_monitor',
  'loadbalancer',
  'listener',
  'healthmonitor',
  'agent',
  'address_group',
  'local_ip',
];

const OTHER_RULES: readonly Rule[] = [
  {
    match: 'router.interface',
    kind: 'network',
    type: 'router',
    id: ['router_interface.id'],
    project: ['router_interface.project_id', 'router_interface.tenant_id'],
    actions: { create: 'attach', delete: 'detach' },
    extra: [
      'router_interface.subnet_id',
      'router_interface.port_id',
      'router_interface.network_id',
    ],
  },
  {
    match: 'l3',
    kind: 'network',
    type: 'metering_label',
    id: ['label_id'],
    host: ['host'],
    project: ['tenant_id', 'project_id'],
    action: 'measure',
    attributes: { durationSeconds: ['time'] },
    extra: ['bytes', 'pkts', 'first_update', 'last_update'],
  },
  {
    match: 'network.floating_ip',
    kind: 'network',
    type: 'floating_ip',
    id: ['floating_ip', 'floating_ip_id'],
    project: ['project_id'],
    addresses: [{ address: 'floating_ip', type: 'floating' }],
    extra: ['instance_id'],
  },
  ...['zone', 'domain', 'record', 'recordset', 'pool', 'tsigkey', 'tld', 'blacklist'].map(
    (noun): Rule => ({
      match: `dns.${noun}`,
      kind: 'network',
      type: noun,
      id: ['id', `${noun}_id`],
      name: ['name'],
      project: ['tenant_id'],
      state: ['status'],
      states: NETWORK_STATES,
      ...(noun.startsWith('record')
        ? { parent: { kind: 'network', type: 'zone', id: ['zone_id', 'domain_id'] } }
        : {}),
      extra: ['email', 'serial', 'ttl', 'type', 'data', 'action', 'recordset_id'],
    }),
  ),
  {
    match: 'octavia.loadbalancer',
    kind: 'network',
    type: 'loadbalancer',
    id: ['loadbalancer_id', 'id'],
    name: ['name'],
    project: ['project_id', 'tenant_id'],
    addresses: [{ address: 'vip_address' }],
    extra: ['admin_state_up', 'vip_port_id', 'vip_subnet_id', 'vip_network_id'],
  },
];

/** Everything about networks. */
export const NETWORK_RULES: readonly Rule[] = [...NEUTRON_NOUNS.map(neutronRule), ...OTHER_RULES];
