/** Documents of the simulated hosts, images and networks, in the order of the C++ serialisers. */
import { attributes, cdata, element, elements } from './xml.ts';
import { PERMISSIONS } from './virtual-machine.ts';

/** A state that became another, in numbers as the documents have them. */
export interface Change {
  readonly now: number;
  readonly before: number;
}

/** The element `HOST`. States: 0 INIT, 2 MONITORED, 3 ERROR. */
export function hostXml(
  host: { readonly id: number; readonly name: string },
  { now, before }: Change,
  machines: readonly number[],
): string {
  const isKnown = now === 2;
  const share = elements({
    MEM_USAGE: machines.length * 2_097_152,
    CPU_USAGE: machines.length * 100,
    TOTAL_MEM: isKnown ? 32_768_000 : 0,
    TOTAL_CPU: isKnown ? 1600 : 0,
    MAX_MEM: isKnown ? 32_768_000 : 0,
    MAX_CPU: isKnown ? 1600 : 0,
    RUNNING_VMS: machines.length,
    VMS_THREAD: 1,
    DATASTORES: attributes([
      ['DISK_USAGE', '0'],
      ['FREE_DISK', isKnown ? '812345' : '0'],
      ['MAX_DISK', isKnown ? '960000' : '0'],
      ['USED_DISK', isKnown ? '147655' : '0'],
    ]),
    PCI_DEVICES: '',
    NUMA_NODES: '',
  });
  const head = elements({ ID: host.id, NAME: host.name, STATE: now, PREV_STATE: before });
  const drivers = cdata('IM_MAD', 'kvm') + cdata('VM_MAD', 'kvm');
  const rest = elements({
    CLUSTER_ID: 0,
    CLUSTER: 'default',
    HOST_SHARE: share,
    VMS: machines.map((id) => element('ID', id)).join(''),
    TEMPLATE: attributes([
      ['ARCH', 'x86_64'],
      ['HOSTNAME', host.name],
      ['HYPERVISOR', 'kvm'],
      ['MODELNAME', 'AMD EPYC 7302 16-Core Processor'],
      ['RESERVED_CPU', ''],
      ['RESERVED_MEM', ''],
      ['VERSION', '7.4.0'],
    ]),
  });
  return element('HOST', `${head}${drivers}${rest}<MONITORING/>`);
}

const OWNED = { UID: 0, GID: 0, UNAME: 'oneadmin', GNAME: 'oneadmin' };

/** The element `IMAGE`. States: 0 INIT, 1 READY, 4 LOCKED. */
export function imageXml(
  image: { readonly id: number; readonly name: string },
  { now, before }: Change,
  at: number,
): string {
  const head = elements({ ID: image.id, ...OWNED, NAME: image.name, PERMISSIONS });
  const kind = elements({ TYPE: 0, DISK_TYPE: 0, PERSISTENT: 0, REGTIME: at, MODTIME: at });
  const place =
    cdata('SOURCE', `/var/lib/one//datastores/1/${String(image.id).padStart(32, '0')}`) +
    cdata('PATH', `https://images.example/${image.name}.qcow2`) +
    cdata('FORMAT', 'qcow2') +
    cdata('FS', '');
  const rest = elements({
    SIZE: 2252,
    STATE: now,
    PREV_STATE: before,
    RUNNING_VMS: 0,
    CLONING_OPS: 0,
    CLONING_ID: -1,
    TARGET_SNAPSHOT: -1,
    DATASTORE_ID: 1,
    DATASTORE: 'default',
    VMS: '',
    CLONES: '',
    APP_CLONES: '',
    TEMPLATE: attributes([
      ['DEV_PREFIX', 'vd'],
      ['DRIVER', 'qcow2'],
    ]),
    SNAPSHOTS: attributes([
      ['ALLOW_ORPHANS', 'NO'],
      ['CURRENT_BASE', '-1'],
      ['NEXT_SNAPSHOT', '0'],
    ]),
    BACKUP_INCREMENTS: '',
    BACKUP_DISK_IDS: '',
  });
  return element('IMAGE', `${head}${kind}${place}${rest}`);
}

/** The element `VNET`. States: 0 INIT, 1 READY, 2 LOCK_CREATE; in CDATA, unlike everywhere else. */
export function networkXml(
  network: { readonly id: number; readonly name: string },
  { now, before }: Change,
): string {
  const head = elements({
    ID: network.id,
    ...OWNED,
    NAME: network.name,
    PERMISSIONS,
    CLUSTERS: element('ID', 0),
  });
  const state =
    cdata('BRIDGE', 'onebr.130') +
    cdata('BRIDGE_TYPE', 'linux') +
    cdata('STATE', String(now)) +
    cdata('PREV_STATE', String(before));
  const tags =
    '<PARENT_NETWORK_ID/><TEMPLATE_ID/>' +
    cdata('VN_MAD', '802.1Q') +
    cdata('PHYDEV', 'eth1') +
    cdata('VLAN_ID', '130') +
    '<OUTER_VLAN_ID/>';
  const rest = elements({
    VLAN_ID_AUTOMATIC: 0,
    OUTER_VLAN_ID_AUTOMATIC: 0,
    USED_LEASES: 0,
    VROUTERS: '',
    UPDATED_VMS: '',
    OUTDATED_VMS: '',
    UPDATING_VMS: '',
    ERROR_VMS: '',
    TEMPLATE: attributes([
      ['BRIDGE_TYPE', 'linux'],
      ['GATEWAY', '10.1.0.1'],
      ['NETWORK_MASK', '255.255.255.0'],
      ['SECURITY_GROUPS', '0'],
      ['VLAN_ID', '130'],
      ['VN_MAD', '802.1Q'],
    ]),
    AR_POOL: element(
      'AR',
      attributes([
        ['AR_ID', '0'],
        ['IP', '10.1.0.10'],
        ['MAC', '02:00:0a:01:00:0a'],
        ['SIZE', '100'],
        ['TYPE', 'IP4'],
        ['USED_LEASES', '0'],
      ]),
    ),
  });
  return element('VNET', `${head}${state}${tags}${rest}`);
}
