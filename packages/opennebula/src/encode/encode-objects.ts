import type { ObjectParts, StateNames } from './object-parts.ts';
import { integerAt, listAt, numberAt, secondsAt, seconds, textAt } from './event-field.ts';
import type { Inventions } from './inventions.ts';
import { HOST_STATES, IMAGE_STATES, NET_STATES } from '../mapping/mapping-states.ts';
import { stateNumber } from './state-number.ts';
import { element } from '../xml/xml-text.ts';

/** UID, GID, UNAME, GNAME and NAME; -1 where the owner has no number here. A project is a group. */
export function ownerElements(parts: ObjectParts, object: string): string {
  const { event, inventions } = parts;
  const { data } = event;
  const group = textAt(data, 'actor', 'group', 'id') ?? textAt(data, 'actor', 'group', 'name');
  const groupAs = group === undefined ? 'project' : 'group';
  const id = (element_: string, party: string): string =>
    element(
      element_,
      inventions.orFill(
        integerAt(data, 'actor', party, 'id'),
        `${object}/${element_}`,
        '-1',
        'no number known: nobody',
      ),
    );
  const name = (party: string): string =>
    textAt(data, 'actor', party, 'name') ?? textAt(data, 'actor', party, 'id') ?? '';
  return (
    id('UID', 'user') +
    id('GID', groupAs) +
    element('UNAME', name('user')) +
    element('GNAME', name(groupAs)) +
    nameElement(parts, object)
  );
}

function nameElement(parts: ObjectParts, object: string): string {
  const { data } = parts.event;
  return element(
    'NAME',
    parts.inventions.orFill(
      textAt(data, 'resource', 'name'),
      `${object}/NAME`,
      data.resource.id,
      'no name known: the id',
    ),
  );
}

/** Elements that readers expect and no event tells: what is written in their place is invented. */
export function fixed(
  inventions: Inventions,
  object: string,
  values: readonly (readonly [string, string])[],
): string {
  return values
    .map(([name, value]) =>
      element(name, inventions.fill(`${object}/${name}`, value, `not known: ${value}`)),
    )
    .join('');
}

/** Whether a state is one that oned leaves an error text for. */
export function isFailure({ state, lcmState = '' }: StateNames): boolean {
  return /ERROR|FAIL|UNKNOWN/.test(`${state} ${lcmState}`);
}

/** Template attributes that have a value, each in CDATA as oned writes them. */
export function templateElements(
  attributes: readonly (readonly [string, string | undefined])[],
): string {
  return attributes
    .map(([name, value]) => (value === undefined ? '' : element(name, value, 'cdata')))
    .join('');
}

/** The permissions of an object that nobody but its owner may touch: oned's default. */
export function permissions(inventions: Inventions, object: string): string {
  inventions.fill(`${object}/PERMISSIONS`, '', 'the default of oned: use and manage by the owner');
  const bits = ['OWNER', 'GROUP', 'OTHER'].flatMap((who) =>
    ['U', 'M', 'A'].map((right) =>
      element(`${who}_${right}`, who === 'OWNER' && right !== 'A' ? '1' : '0'),
    ),
  );
  return element('PERMISSIONS', bits.join(''), 'markup');
}

/** The original id for hooks, which see the object alone, and the error text. */
function template(
  parts: ObjectParts,
  attributes: readonly (readonly [string, string | undefined])[],
): string {
  const { data } = parts.event;
  return element(
    'TEMPLATE',
    templateElements([
      ['ERROR', isFailure(parts.current) ? textAt(data, 'message') : undefined],
      ...attributes,
      ['SERVICE_ID', parts.serviceId],
      ['VIADUCT_ID', parts.id === data.resource.id ? undefined : data.resource.id],
    ]),
    'markup',
  );
}

/** A host by `host.xsd`; what it has in use is not known, so 0. */
export function writeHost(parts: ObjectParts): string {
  const { event, current, previous, inventions } = parts;
  const { data } = event;
  const driver = inventions.orFill(
    textAt(data, 'attributes', 'hypervisor'),
    'HOST/VM_MAD',
    '',
    'no hypervisor known: empty',
  );
  const cpu = String(Math.round((numberAt(data, 'attributes', 'vcpus') ?? 0) * 100));
  const memory = String(Math.round((numberAt(data, 'attributes', 'memoryMiB') ?? 0) * 1024));
  const cluster = inventions.orFill(
    integerAt(data, 'attributes', 'clusterId'),
    'HOST/CLUSTER_ID',
    '-1',
    'not known: none',
  );
  inventions.fill('HOST/HOST_SHARE', '', 'what is in use is not known: 0');
  const share =
    '<MEM_USAGE>0</MEM_USAGE><CPU_USAGE>0</CPU_USAGE>' +
    element('TOTAL_MEM', memory) +
    element('TOTAL_CPU', cpu) +
    element('MAX_MEM', memory) +
    element('MAX_CPU', cpu) +
    '<RUNNING_VMS>0</RUNNING_VMS><VMS_THREAD>1</VMS_THREAD>' +
    element('DATASTORES', templateElements(NO_DISKS), 'markup') +
    '<PCI_DEVICES></PCI_DEVICES><NUMA_NODES></NUMA_NODES>';
  return element(
    'HOST',
    element('ID', parts.id) +
      nameElement(parts, 'HOST') +
      element('STATE', stateNumber(HOST_STATES, current.state)) +
      element('PREV_STATE', stateNumber(HOST_STATES, previous.state)) +
      element('IM_MAD', driver, 'cdata') +
      element('VM_MAD', driver, 'cdata') +
      element('CLUSTER_ID', cluster) +
      element('CLUSTER', textAt(data, 'attributes', 'cluster') ?? '') +
      element('HOST_SHARE', share, 'markup') +
      '<VMS></VMS>' +
      template(parts, [
        ['ARCH', textAt(data, 'attributes', 'architecture')],
        ['HOSTNAME', textAt(data, 'attributes', 'hostname')],
        ['HYPERVISOR', textAt(data, 'attributes', 'hypervisor')],
      ]) +
      '<MONITORING/>',
    'markup',
  );
}

const NO_DISKS: readonly (readonly [string, string])[] = [
  ['DISK_USAGE', '0'],
  ['FREE_DISK', '0'],
  ['MAX_DISK', '0'],
  ['USED_DISK', '0'],
];

const OS_IMAGE = '0';
const DATABLOCK = '2';

/** An image by `image.xsd`; a volume is a persistent data block. */
export function writeImage(parts: ObjectParts): string {
  const { event, current, previous, inventions } = parts;
  const { data } = event;
  const isVolume = data.resource.kind === 'storage';
  const created = secondsAt(data, 'attributes', 'createdAt');
  const registered = inventions.orFill(
    created === undefined ? undefined : String(created),
    'IMAGE/REGTIME',
    String(seconds(event.time) ?? 0),
    'no time of creation known: that of the event',
  );
  const bytes = numberAt(data, 'attributes', 'sizeBytes');
  const gibibytes = numberAt(data, 'attributes', 'diskGiB');
  const size = bytes === undefined ? (gibibytes ?? 0) * 1024 : bytes / (1024 * 1024);
  const type = inventions.fill(
    'IMAGE/TYPE',
    isVolume ? DATABLOCK : OS_IMAGE,
    isVolume ? 'a volume is a data block' : 'an image is an OS image',
  );
  const modified = secondsAt(data, 'attributes', 'updatedAt');
  return element(
    'IMAGE',
    element('ID', parts.id) +
      ownerElements(parts, 'IMAGE') +
      permissions(inventions, 'IMAGE') +
      element('TYPE', type) +
      fixed(inventions, 'IMAGE', [
        ['DISK_TYPE', '0'],
        ['PERSISTENT', isVolume ? '1' : '0'],
      ]) +
      element('REGTIME', registered) +
      (modified === undefined
        ? fixed(inventions, 'IMAGE', [['MODTIME', '0']])
        : element('MODTIME', String(modified))) +
      templateElements([
        ['SOURCE', ''],
        ['PATH', ''],
        ['FORMAT', textAt(data, 'attributes', 'format') ?? ''],
        ['FS', ''],
      ]) +
      element('SIZE', String(Math.round(size))) +
      element('STATE', stateNumber(IMAGE_STATES, current.state)) +
      element('PREV_STATE', stateNumber(IMAGE_STATES, previous.state)) +
      writeImageUse(parts) +
      template(parts, []) +
      element('SNAPSHOTS', snapshots(inventions), 'markup') +
      '<BACKUP_INCREMENTS></BACKUP_INCREMENTS><BACKUP_DISK_IDS></BACKUP_DISK_IDS>',
    'markup',
  );
}

function snapshots(inventions: Inventions): string {
  inventions.fill('IMAGE/SNAPSHOTS', '', 'none known: none');
  return templateElements(NO_SNAPSHOTS);
}

const NO_SNAPSHOTS: readonly (readonly [string, string])[] = [
  ['ALLOW_ORPHANS', 'NO'],
  ['CURRENT_BASE', '-1'],
  ['NEXT_SNAPSHOT', '0'],
];

function writeImageUse(parts: ObjectParts): string {
  const { data } = parts.event;
  const vms = listAt(data, 'attributes', 'attachments')
    .filter((id) => typeof id === 'string')
    .map((id) => element('ID', id));
  const store = parts.inventions.orFill(
    integerAt(data, 'attributes', 'datastoreId'),
    'IMAGE/DATASTORE_ID',
    '-1',
    'not known: none',
  );
  return (
    element('RUNNING_VMS', String(vms.length)) +
    fixed(parts.inventions, 'IMAGE', [
      ['CLONING_OPS', '0'],
      ['CLONING_ID', '-1'],
      ['TARGET_SNAPSHOT', '-1'],
    ]) +
    element('DATASTORE_ID', store) +
    element('DATASTORE', textAt(data, 'attributes', 'datastore') ?? '') +
    element('VMS', vms.join(''), 'markup') +
    '<CLONES></CLONES><APP_CLONES></APP_CLONES>'
  );
}

/** A virtual network by `vnet.xsd`. Its state stands in CDATA, unlike everybody else's. */
export function writeVnet(parts: ObjectParts): string {
  const { event, current, previous, inventions } = parts;
  const { data } = event;
  const cluster = integerAt(data, 'attributes', 'clusterId');
  const vlan = textAt(data, 'attributes', 'vlanId');
  return element(
    'VNET',
    element('ID', parts.id) +
      ownerElements(parts, 'VNET') +
      permissions(inventions, 'VNET') +
      element('CLUSTERS', cluster === undefined ? '' : element('ID', cluster), 'markup') +
      element('BRIDGE', textAt(data, 'attributes', 'bridge') ?? '', 'cdata') +
      element('STATE', stateNumber(NET_STATES, current.state), 'cdata') +
      element('PREV_STATE', stateNumber(NET_STATES, previous.state), 'cdata') +
      '<PARENT_NETWORK_ID/><TEMPLATE_ID/>' +
      element('VN_MAD', textAt(data, 'attributes', 'driver') ?? '', 'cdata') +
      element('PHYDEV', '', 'cdata') +
      (vlan === undefined ? '<VLAN_ID/>' : element('VLAN_ID', vlan, 'cdata')) +
      '<OUTER_VLAN_ID/>' +
      fixed(inventions, 'VNET', [
        ['VLAN_ID_AUTOMATIC', '0'],
        ['OUTER_VLAN_ID_AUTOMATIC', '0'],
        ['USED_LEASES', '0'],
      ]) +
      '<VROUTERS></VROUTERS><UPDATED_VMS></UPDATED_VMS><OUTDATED_VMS></OUTDATED_VMS>' +
      '<UPDATING_VMS></UPDATING_VMS><ERROR_VMS></ERROR_VMS>' +
      template(parts, []) +
      '<AR_POOL></AR_POOL>',
    'markup',
  );
}
