/** A simulated virtual machine, and its document in the element order of the C++ serialiser. */
import { attributes, type Attribute, cdata, element, elements } from './xml.ts';

/** A state with the number that stands inside the document. */
export interface MachineState {
  readonly state: string;
  readonly lcm: string;
}

/** VM STATE by name. */
const STATE_NUMBERS: Readonly<Record<string, number>> = {
  PENDING: 1,
  ACTIVE: 3,
  SUSPENDED: 5,
  DONE: 6,
  POWEROFF: 8,
};

/** VM LCM_STATE by name; those that the simulator's life cycles pass. */
const LCM_NUMBERS: Readonly<Record<string, number>> = {
  LCM_INIT: 0,
  PROLOG: 1,
  BOOT: 2,
  RUNNING: 3,
  MIGRATE: 4,
  SAVE_SUSPEND: 6,
  EPILOG: 11,
  SHUTDOWN: 12,
  UNKNOWN: 16,
  SHUTDOWN_POWEROFF: 18,
  BOOT_POWEROFF: 20,
  BOOT_SUSPENDED: 21,
  BOOT_FAILURE: 36,
  PROLOG_FAILURE: 39,
};

/** One stay on a host. */
export interface Stay {
  readonly host: string;
  readonly hostId: number;
  readonly from: number;
  readonly until: number;
  /** History ACTION: 0 none, 2 live-migrate, 19 poweroff, 27 terminate. */
  readonly action: number;
}

/** Everything that changes in a machine's life. */
export interface Machine {
  readonly id: number;
  readonly name: string;
  readonly owner: {
    readonly uid: number;
    readonly gid: number;
    readonly user: string;
    readonly group: string;
  };
  readonly cores: number;
  readonly memoryMiB: number;
  readonly now: MachineState;
  readonly before: MachineState;
  /** Seconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly stays: readonly Stay[];
  readonly error?: string;
  /** OneFlow service it belongs to. */
  readonly serviceId?: number;
}

/** The name of the host a machine is on; empty before its first. */
export function hostOf(machine: Machine): string {
  return machine.stays.at(-1)?.host ?? '';
}

/** The element `VM`, as STATE messages and EXTRA carry it. */
export function machineXml(machine: Machine): string {
  const { now, before, owner } = machine;
  const base = elements({
    ID: machine.id,
    UID: owner.uid,
    GID: owner.gid,
    UNAME: owner.user,
    GNAME: owner.group,
    NAME: machine.name,
    PERMISSIONS,
    LAST_POLL: 0,
    STATE: STATE_NUMBERS[now.state] ?? 0,
    LCM_STATE: LCM_NUMBERS[now.lcm] ?? 0,
    PREV_STATE: STATE_NUMBERS[before.state] ?? 0,
    PREV_LCM_STATE: LCM_NUMBERS[before.lcm] ?? 0,
    RESCHED: 0,
    STIME: machine.startedAt,
    ETIME: machine.endedAt,
    DEPLOY_ID: machine.stays.length === 0 ? '' : `one-${machine.id}`,
    MONITORING: '',
    SCHED_ACTIONS: '',
    TEMPLATE: attributes(templateOf(machine)),
    USER_TEMPLATE: attributes(userTemplateOf(machine)),
  });
  const history = machine.stays.map((stay, at) => historyXml(machine.id, at, stay)).join('');
  const records = history === '' ? '<HISTORY_RECORDS/>' : element('HISTORY_RECORDS', history);
  return element('VM', `${base}${records}${BACKUPS}`);
}

const BACKUPS = '<BACKUPS><BACKUP_CONFIG/><BACKUP_IDS></BACKUP_IDS></BACKUPS>';

/** Owner may use and manage; nobody else may do anything. */
export const PERMISSIONS: string = ['OWNER', 'GROUP', 'OTHER']
  .flatMap((who) => ['U', 'M', 'A'].map((what) => [who, what] as const))
  .map(([who, what]) => element(`${who}_${what}`, who === 'OWNER' && what !== 'A' ? 1 : 0))
  .join('');

/** Octets of the address that a machine has in the network of the simulation. */
function addressOf(id: number): { readonly ip: string; readonly mac: string } {
  const last = 2 + (id % 250);
  return { ip: `10.0.0.${last}`, mac: `02:00:0a:00:00:${last.toString(16).padStart(2, '0')}` };
}

function templateOf(machine: Machine): readonly Attribute[] {
  const { ip, mac } = addressOf(machine.id);
  const deployed: readonly Attribute[] =
    machine.stays.length === 0 ? [] : [['TM_MAD_SYSTEM', 'ssh']];
  return [
    ['AUTOMATIC_DS_REQUIREMENTS', '("CLUSTERS/ID" @> 0)'],
    ['AUTOMATIC_NIC_REQUIREMENTS', '("CLUSTERS/ID" @> 0)'],
    ['AUTOMATIC_REQUIREMENTS', '(CLUSTER_ID = 0) & !(PUBLIC_CLOUD = YES) & !(PIN_POLICY = PINNED)'],
    ['CONTEXT', contextOf(ip, mac)],
    ['CPU', String(machine.cores / 2)],
    ['DISK', DISK],
    [
      'GRAPHICS',
      [
        ['LISTEN', '0.0.0.0'],
        ['PORT', String(5900 + machine.id)],
        ['TYPE', 'VNC'],
      ],
    ],
    ['MEMORY', String(machine.memoryMiB)],
    ['NIC', nicOf(machine.id, ip, mac)],
    ['NIC_DEFAULT', [['MODEL', 'virtio']]],
    [
      'OS',
      [
        ['ARCH', 'x86_64'],
        ['UUID', uuidOf(machine.id)],
      ],
    ],
    ['SECURITY_GROUP_RULE', ruleOf('OUTBOUND')],
    ['SECURITY_GROUP_RULE', ruleOf('INBOUND')],
    ['TEMPLATE_ID', '5'],
    ['VCPU', String(machine.cores)],
    ['VMID', String(machine.id)],
    ...deployed,
  ];
}

function userTemplateOf(machine: Machine): readonly Attribute[] {
  const service: readonly Attribute[] =
    machine.serviceId === undefined ? [] : [['SERVICE_ID', String(machine.serviceId)]];
  const error: readonly Attribute[] = machine.error === undefined ? [] : [['ERROR', machine.error]];
  return [['HYPERVISOR', 'kvm'], ['LOGO', 'images/logos/debian.png'], ...service, ...error];
}

function contextOf(ip: string, mac: string): readonly Attribute[] {
  return [
    ['DISK_ID', '1'],
    ['ETH0_DNS', '10.0.0.1'],
    ['ETH0_GATEWAY', '10.0.0.1'],
    ['ETH0_IP', ip],
    ['ETH0_MAC', mac],
    ['ETH0_MASK', '255.255.255.0'],
    ['ETH0_NETWORK', '10.0.0.0'],
    ['ETH0_VLAN_ID', '120'],
    ['NETWORK', 'YES'],
    ['TARGET', 'hda'],
  ];
}

const DISK: readonly Attribute[] = [
  ['ALLOW_ORPHANS', 'NO'],
  ['CLONE', 'YES'],
  ['CLONE_TARGET', 'SYSTEM'],
  ['CLUSTER_ID', '0'],
  ['DATASTORE', 'default'],
  ['DATASTORE_ID', '1'],
  ['DEV_PREFIX', 'vd'],
  ['DISK_ID', '0'],
  ['DISK_SNAPSHOT_TOTAL_SIZE', '0'],
  ['DISK_TYPE', 'FILE'],
  ['DRIVER', 'qcow2'],
  ['FORMAT', 'qcow2'],
  ['IMAGE', 'debian-12'],
  ['IMAGE_ID', '7'],
  ['IMAGE_STATE', '2'],
  ['IMAGE_UNAME', 'oneadmin'],
  ['LN_TARGET', 'SYSTEM'],
  ['ORIGINAL_SIZE', '2252'],
  ['READONLY', 'NO'],
  ['SAVE', 'NO'],
  ['SIZE', '20480'],
  ['SOURCE', '/var/lib/one//datastores/1/0f1e2d3c4b5a69788796a5b4c3d2e1f0'],
  ['TARGET', 'vda'],
  ['TM_MAD', 'ssh'],
  ['TYPE', 'FILE'],
];

function nicOf(id: number, ip: string, mac: string): readonly Attribute[] {
  return [
    ['AR_ID', '0'],
    ['BRIDGE', 'onebr.120'],
    ['BRIDGE_TYPE', 'linux'],
    ['CLUSTER_ID', '0'],
    ['IP', ip],
    ['MAC', mac],
    ['NAME', 'NIC0'],
    ['NETWORK', 'lab'],
    ['NETWORK_ID', '2'],
    ['NETWORK_UNAME', 'oneadmin'],
    ['NIC_ID', '0'],
    ['PHYDEV', 'eth1'],
    ['SECURITY_GROUPS', '0'],
    ['TARGET', `one-${id}-0`],
    ['VLAN_ID', '120'],
    ['VN_MAD', '802.1Q'],
  ];
}

function ruleOf(direction: string): readonly Attribute[] {
  return [
    ['PROTOCOL', 'ALL'],
    ['RULE_TYPE', direction],
    ['SECURITY_GROUP_ID', '0'],
    ['SECURITY_GROUP_NAME', 'default'],
  ];
}

function uuidOf(id: number): string {
  return `3b1c7a3e-7c69-4a5e-9c1d-${id.toString(16).padStart(12, '0')}`;
}

function historyXml(id: number, sequence: number, stay: Stay): string {
  const fields = elements({
    OID: id,
    SEQ: sequence,
    HOSTNAME: stay.host,
    HID: stay.hostId,
    CID: 0,
    STIME: stay.from,
    ETIME: stay.until,
  });
  const drivers = cdata('VM_MAD', 'kvm') + cdata('TM_MAD', 'ssh');
  const times = elements({
    DS_ID: 0,
    PLAN_ID: -2,
    ACTION_ID: -1,
    PSTIME: stay.from,
    PETIME: stay.from,
    RSTIME: stay.from,
    RETIME: stay.until,
    ESTIME: 0,
    EETIME: 0,
    ACTION: stay.action,
    UID: stay.action === 0 ? -1 : 0,
    GID: stay.action === 0 ? -1 : 0,
    REQUEST_ID: stay.action === 0 ? -1 : 5000 + id,
  });
  return element('HISTORY', `${fields}${drivers}${times}`);
}
