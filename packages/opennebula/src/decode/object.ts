import type { Actor, Address, EventAttributes, Party } from '@viaduct/core';
import { lookUp } from '../mapping.ts';
import { HISTORY_ACTIONS } from '../mapping/mapping-actions.ts';
import type { Outline } from '../xml/outline.ts';

/** What an event says of an object besides its state, read from the object's element. */
export interface ObjectFacts {
  readonly id?: string;
  readonly name?: string;
  readonly host?: string;
  readonly serviceId?: string;
  readonly actor?: Actor;
  readonly attributes: EventAttributes;
  readonly requestId?: string;
  /** What was being done, by the last record of a VM's history. */
  readonly historyAction?: string;
  /** The error text that oned wrote into the object's template. It stays there after recovery. */
  readonly error?: string;
}

type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * The facts of an object of any type: the few fields that have a canonical name are read from
 * their places, the rest of the document is not looked at.
 */
export function readObject(outline: Outline, element: number): ObjectFacts {
  const facts: Draft<ObjectFacts> = { attributes: {} };
  assign(facts, 'id', filled(outline.text(element, 'ID')));
  assign(facts, 'name', filled(outline.text(element, 'NAME')));
  const actor = readActor(outline, element);
  if (actor) facts.actor = actor;
  lookUp(READERS, outline.name(element))?.(outline, element, facts);
  return facts;
}

type Reader = (outline: Outline, element: number, facts: Draft<ObjectFacts>) => void;

const READERS: Readonly<Record<string, Reader>> = {
  VM: readVm,
  HOST: readHost,
  IMAGE: readImage,
  VNET: readVnet,
};

function readActor(outline: Outline, element: number): Actor | undefined {
  const user = party(outline.text(element, 'UID'), outline.text(element, 'UNAME'));
  const group = party(outline.text(element, 'GID'), outline.text(element, 'GNAME'));
  if (!user && !group) return undefined;
  return { ...(user ? { user } : {}), ...(group ? { group } : {}) };
}

/** -1 stands for nobody. */
function party(id: string | undefined, name: string | undefined): Party | undefined {
  const known = id !== undefined && id !== '' && id !== '-1';
  const named = name !== undefined && name !== '';
  if (!known && !named) return undefined;
  return { ...(known ? { id } : {}), ...(named ? { name } : {}) };
}

function readVm(outline: Outline, vm: number, facts: Draft<ObjectFacts>): void {
  const template = outline.child(vm, 'TEMPLATE');
  const user = outline.child(vm, 'USER_TEMPLATE');
  const history = outline.children(outline.child(vm, 'HISTORY_RECORDS'), 'HISTORY').at(-1) ?? -1;
  const disks = outline.children(template, 'DISK');
  const os = outline.child(template, 'OS');
  facts.attributes = attributes({
    vcpus: number(outline.text(template, 'VCPU')),
    cpuShare: number(outline.text(template, 'CPU')),
    memoryMiB: number(outline.text(template, 'MEMORY')),
    diskGiB: diskGiB(outline, disks),
    image: firstText(outline, disks, 'IMAGE'),
    imageId: firstText(outline, disks, 'IMAGE_ID'),
    architecture: filled(outline.text(os, 'ARCH')),
    hypervisor: filled(outline.text(history, 'VM_MAD')),
    addresses: readAddresses(outline, template),
    createdAt: time(outline.text(vm, 'STIME')),
    launchedAt: time(outline.text(history, 'RSTIME')),
    terminatedAt: time(outline.text(vm, 'ETIME')),
    clusterId: known(outline.text(history, 'CID')),
    datastoreId: known(outline.text(history, 'DS_ID')),
  });
  assign(facts, 'host', filled(outline.text(history, 'HOSTNAME')));
  assign(facts, 'serviceId', filled(outline.text(user, 'SERVICE_ID')));
  assign(facts, 'requestId', known(outline.text(history, 'REQUEST_ID')));
  assign(facts, 'error', filled(outline.text(user, 'ERROR')));
  const action = number(outline.text(history, 'ACTION'));
  if (action !== undefined && action > 0) {
    assign(facts, 'historyAction', filled(HISTORY_ACTIONS[action] ?? String(action)));
  }
}

function readAddresses(outline: Outline, template: number): readonly Address[] | undefined {
  const found: Address[] = [];
  const nics = [...outline.children(template, 'NIC'), ...outline.children(template, 'NIC_ALIAS')];
  for (const nic of nics) {
    const mac = filled(outline.text(nic, 'MAC'));
    const network = filled(outline.text(nic, 'NETWORK'));
    const rest = {
      ...(mac === undefined ? {} : { mac }),
      ...(network === undefined ? {} : { network }),
    };
    const ipv4 = filled(outline.text(nic, 'IP'));
    if (ipv4 !== undefined) found.push({ address: ipv4, version: 4, ...rest });
    for (const name of ['IP6', 'IP6_GLOBAL', 'IP6_ULA']) {
      const ipv6 = filled(outline.text(nic, name));
      if (ipv6 !== undefined) found.push({ address: ipv6, version: 6, ...rest });
    }
  }
  return found.length === 0 ? undefined : found;
}

/** Sizes are MiB. */
function diskGiB(outline: Outline, disks: readonly number[]): number | undefined {
  let sum = 0;
  for (const disk of disks) sum += number(outline.text(disk, 'SIZE')) ?? 0;
  return sum === 0 ? undefined : Math.round((sum / 1024) * 1000) / 1000;
}

function readHost(outline: Outline, host: number, facts: Draft<ObjectFacts>): void {
  const share = outline.child(host, 'HOST_SHARE');
  const template = outline.child(host, 'TEMPLATE');
  const cpu = number(outline.text(share, 'TOTAL_CPU')) ?? 0; // hundredths of a processor
  const memory = number(outline.text(share, 'TOTAL_MEM')) ?? 0; // KiB
  facts.attributes = attributes({
    vcpus: cpu > 0 ? cpu / 100 : undefined,
    memoryMiB: memory > 0 ? Math.round(memory / 1024) : undefined,
    architecture: filled(outline.text(template, 'ARCH')),
    hypervisor:
      filled(outline.text(template, 'HYPERVISOR')) ?? filled(outline.text(host, 'VM_MAD')),
    hostname: filled(outline.text(template, 'HOSTNAME')),
    cluster: filled(outline.text(host, 'CLUSTER')),
    clusterId: known(outline.text(host, 'CLUSTER_ID')),
  });
  assign(facts, 'serviceId', filled(outline.text(template, 'SERVICE_ID')));
  assign(facts, 'error', filled(outline.text(template, 'ERROR')));
}

function readImage(outline: Outline, image: number, facts: Draft<ObjectFacts>): void {
  const template = outline.child(image, 'TEMPLATE');
  const size = number(outline.text(image, 'SIZE')) ?? 0; // MiB
  const vms = outline.children(outline.child(image, 'VMS'), 'ID');
  facts.attributes = attributes({
    sizeBytes: size > 0 ? size * 1024 * 1024 : undefined,
    format: filled(outline.text(image, 'FORMAT')),
    datastore: filled(outline.text(image, 'DATASTORE')),
    datastoreId: known(outline.text(image, 'DATASTORE_ID')),
    createdAt: time(outline.text(image, 'REGTIME')),
    updatedAt: time(outline.text(image, 'MODTIME')),
    attachments: vms.length === 0 ? undefined : vms.map((vm) => outline.textOf(vm) ?? ''),
  });
  assign(facts, 'serviceId', filled(outline.text(template, 'SERVICE_ID')));
  assign(facts, 'error', filled(outline.text(template, 'ERROR')));
}

function readVnet(outline: Outline, net: number, facts: Draft<ObjectFacts>): void {
  const template = outline.child(net, 'TEMPLATE');
  facts.attributes = attributes({
    bridge: filled(outline.text(net, 'BRIDGE')),
    vlanId: filled(outline.text(net, 'VLAN_ID')),
    driver: filled(outline.text(net, 'VN_MAD')),
    clusterId: filled(outline.text(outline.child(net, 'CLUSTERS'), 'ID')),
  });
  assign(facts, 'serviceId', filled(outline.text(template, 'SERVICE_ID')));
  assign(facts, 'error', filled(outline.text(template, 'ERROR')));
}

type Loose<T> = { readonly [Key in keyof T]: T[Key] | undefined };

/** Only the attributes that have a value. */
function attributes(loose: Loose<EventAttributes>): EventAttributes {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(loose)) {
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function assign<Key extends keyof ObjectFacts>(
  facts: Draft<ObjectFacts>,
  key: Key,
  value: ObjectFacts[Key] | undefined,
): void {
  if (value !== undefined) facts[key] = value;
}

function firstText(
  outline: Outline,
  elements: readonly number[],
  name: string,
): string | undefined {
  return elements.length === 0 ? undefined : filled(outline.text(elements[0] as number, name));
}

function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** Ids of -1 and below say "none". */
function known(id: string | undefined): string | undefined {
  return id === undefined || id === '' || id.startsWith('-') ? undefined : id;
}

const NUMBER = /^-?\d{1,15}(?:\.\d{1,9})?$/;

function number(text: string | undefined): number | undefined {
  return text !== undefined && NUMBER.test(text) ? Number(text) : undefined;
}

const LAST_SECOND = 253_402_300_799; // the end of the year 9999, RFC 3339's last

/** Seconds since the epoch as RFC 3339; 0 stands for "not yet". */
function time(text: string | undefined): string | undefined {
  const seconds = number(text) ?? 0;
  return seconds > 0 && seconds <= LAST_SECOND ? new Date(seconds * 1000).toISOString() : undefined;
}
