import type { ObjectParts } from './object-parts.ts';
import {
  fixed,
  isFailure,
  ownerElements,
  permissions,
  templateElements,
} from './encode-objects.ts';
import { integerAt, listAt, numberAt, seconds, secondsAt, textAt } from './event-field.ts';
import { LCM_STATES, VM_STATES } from '../mapping/mapping-states.ts';
import { stateNumber } from './state-number.ts';
import { element } from '../xml/xml-text.ts';

/** A VM with all the elements of `to_xml_extended`, in its order (`vm.xsd`). */
export function writeVm(parts: ObjectParts): string {
  const { event, id, current, previous, inventions } = parts;
  const { data } = event;
  const created = secondsAt(data, 'attributes', 'createdAt');
  const began = inventions.orFill(
    created === undefined ? undefined : String(created),
    'VM/STIME',
    String(seconds(event.time) ?? 0),
    'no time of creation known: that of the event',
  );
  const ended = secondsAt(data, 'attributes', 'terminatedAt');
  return element(
    'VM',
    element('ID', id) +
      ownerElements(parts, 'VM') +
      permissions(inventions, 'VM') +
      fixed(inventions, 'VM', [['LAST_POLL', '0']]) +
      element('STATE', stateNumber(VM_STATES, current.state)) +
      element('LCM_STATE', stateNumber(LCM_STATES, current.lcmState)) +
      element('PREV_STATE', stateNumber(VM_STATES, previous.state)) +
      element('PREV_LCM_STATE', stateNumber(LCM_STATES, previous.lcmState)) +
      fixed(inventions, 'VM', [['RESCHED', '0']]) +
      element('STIME', began) +
      element('ETIME', String(ended ?? 0)) +
      '<DEPLOY_ID></DEPLOY_ID><MONITORING></MONITORING><SCHED_ACTIONS></SCHED_ACTIONS>' +
      writeTemplate(parts) +
      writeUserTemplate(parts) +
      writeHistory(parts, began) +
      '<BACKUPS><BACKUP_CONFIG/><BACKUP_IDS></BACKUP_IDS></BACKUPS>',
    'markup',
  );
}

/** The template's attributes in the alphabetical order that oned keeps them in. */
function writeTemplate(parts: ObjectParts): string {
  const { data } = parts.event;
  const number = (name: string): string | undefined => {
    const value = numberAt(data, 'attributes', name);
    return value === undefined ? undefined : String(value);
  };
  const architecture = textAt(data, 'attributes', 'architecture');
  return element(
    'TEMPLATE',
    templateElements([['CPU', number('cpuShare')]]) +
      writeDisk(parts) +
      templateElements([['MEMORY', number('memoryMiB')]]) +
      listAt(data, 'attributes', 'addresses').map(writeNic).join('') +
      (architecture === undefined
        ? ''
        : element('OS', element('ARCH', architecture, 'cdata'), 'markup')) +
      templateElements([
        ['VCPU', number('vcpus')],
        ['VMID', parts.id],
      ]),
    'markup',
  );
}

function writeDisk(parts: ObjectParts): string {
  const { data } = parts.event;
  const size = numberAt(data, 'attributes', 'diskGiB');
  const inner = templateElements([
    ['IMAGE', textAt(data, 'attributes', 'image')],
    ['IMAGE_ID', integerAt(data, 'attributes', 'imageId')],
    ['SIZE', size === undefined ? undefined : String(Math.round(size * 1024))],
  ]);
  return inner === '' ? '' : element('DISK', element('DISK_ID', '0', 'cdata') + inner, 'markup');
}

function writeNic(address: unknown, index: number): string {
  if (typeof address !== 'object' || address === null) return '';
  const entry = new Map<string, unknown>(Object.entries(address));
  const text = (name: string): string | undefined => {
    const value = entry.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const ip = text('address');
  if (ip === undefined) return '';
  const isV6 = entry.get('version') === 6 || ip.includes(':');
  return element(
    'NIC',
    templateElements([
      [isV6 ? 'IP6_GLOBAL' : 'IP', ip],
      ['MAC', text('mac')],
      ['NETWORK', text('network')],
      ['NIC_ID', String(index)],
    ]),
    'markup',
  );
}

function writeUserTemplate(parts: ObjectParts): string {
  const { data } = parts.event;
  return element(
    'USER_TEMPLATE',
    templateElements([
      ['ERROR', isFailure(parts.current) ? textAt(data, 'message') : undefined],
      ['HYPERVISOR', textAt(data, 'attributes', 'hypervisor')],
      ['SERVICE_ID', parts.serviceId],
      ['VIADUCT_ID', parts.id === data.resource.id ? undefined : data.resource.id],
    ]),
    'markup',
  );
}

/** One record where a host is known: readers take the host's name from the last of them. */
function writeHistory(parts: ObjectParts, began: string): string {
  const { event, id, inventions } = parts;
  const { data } = event;
  const host = textAt(data, 'resource', 'host');
  if (host === undefined) return '<HISTORY_RECORDS/>';
  const place = 'VM/HISTORY_RECORDS/HISTORY';
  inventions.fill(place, '', 'one record, for the host: numbers and times not known are 0 or -1');
  const launched = secondsAt(data, 'attributes', 'launchedAt');
  const zeros = (...names: readonly string[]): string =>
    names.map((name) => element(name, '0')).join('');
  return element(
    'HISTORY_RECORDS',
    element(
      'HISTORY',
      element('OID', id) +
        element('SEQ', '0') +
        element('HOSTNAME', host) +
        element('HID', '-1') +
        element('CID', integerAt(data, 'attributes', 'clusterId') ?? '-1') +
        element('STIME', began) +
        element('ETIME', '0') +
        element('VM_MAD', textAt(data, 'attributes', 'hypervisor') ?? '', 'cdata') +
        element('TM_MAD', '', 'cdata') +
        element('DS_ID', integerAt(data, 'attributes', 'datastoreId') ?? '-1') +
        element('PLAN_ID', '-1') +
        element('ACTION_ID', '-1') +
        zeros('PSTIME', 'PETIME') +
        element('RSTIME', String(launched ?? 0)) +
        zeros('RETIME', 'ESTIME', 'EETIME', 'ACTION') +
        element('UID', '-1') +
        element('GID', '-1') +
        element('REQUEST_ID', textAt(data, 'correlation', 'requestId') ?? '-1'),
      'markup',
    ),
    'markup',
  );
}
