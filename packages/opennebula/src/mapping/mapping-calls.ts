/**
 * The API calls of OpenNebula 7.4 (`src/rm/xml-rpc`, the same set over gRPC): what each is done
 * to, what it does, and where the object's id is. A call that is not here passes as a `request`.
 */
import type { Action, Kind } from '@viaduct/core';

/** A parameter of a call: positions count from 1 for IN and OUT each; IN 1 is the session. */
export interface ParameterPlace {
  readonly direction: 'in' | 'out';
  readonly position: number;
}

/** What a call's object is in canonical words, and the native noun. */
export interface CallObject {
  readonly kind: Kind;
  readonly type: string;
}

/** `one.<object>.…`; kinds are the nearest where OpenNebula's noun has none of its own. */
export const CALL_OBJECTS: Readonly<Record<string, CallObject>> = {
  acl: { kind: 'identity', type: 'ACL' },
  backupjob: { kind: 'execution', type: 'BACKUPJOB' },
  cluster: { kind: 'service', type: 'CLUSTER' },
  datastore: { kind: 'storage', type: 'DATASTORE' },
  document: { kind: 'deployment', type: 'DOCUMENT' },
  group: { kind: 'identity', type: 'GROUP' },
  hook: { kind: 'service', type: 'HOOK' },
  host: { kind: 'host', type: 'HOST' },
  image: { kind: 'image', type: 'IMAGE' },
  market: { kind: 'storage', type: 'MARKETPLACE' },
  marketapp: { kind: 'image', type: 'MARKETPLACEAPP' },
  secgroup: { kind: 'network', type: 'SECURITY_GROUP' },
  template: { kind: 'deployment', type: 'VMTEMPLATE' },
  user: { kind: 'identity', type: 'USER' },
  vdc: { kind: 'identity', type: 'VDC' },
  vm: { kind: 'compute', type: 'VM' },
  vmgroup: { kind: 'deployment', type: 'VMGROUP' },
  vn: { kind: 'network', type: 'NET' },
  vntemplate: { kind: 'deployment', type: 'VNTEMPLATE' },
  vrouter: { kind: 'network', type: 'VROUTER' },
  zone: { kind: 'service', type: 'ZONE' },
};

/** `one.….<method>`. What is done to a part of the object (a snapshot) keeps its own word. */
export const METHOD_ACTIONS: Readonly<Record<string, Action>> = {
  addadmin: 'add',
  addcluster: 'add',
  adddatastore: 'add',
  addgroup: 'add',
  addhost: 'add',
  addrule: 'grant',
  addserver: 'add',
  addvnet: 'add',
  allocate: 'create',
  allocatedb: 'create',
  attach: 'attach',
  attachnic: 'attach',
  attachpci: 'attach',
  attachsg: 'attach',
  backup: 'backup',
  backupcancel: 'cancel',
  cancel: 'cancel',
  cancelexec: 'cancel',
  chauth: 'update',
  chgrp: 'transfer',
  chmod: 'update',
  chown: 'transfer',
  chtype: 'update',
  clone: 'clone',
  commit: 'update',
  deladmin: 'remove',
  delcluster: 'remove',
  deldatastore: 'remove',
  delete: 'delete',
  delgroup: 'remove',
  delhost: 'remove',
  delrule: 'revoke',
  delserver: 'remove',
  delvnet: 'remove',
  deploy: 'deploy',
  detach: 'detach',
  detachnic: 'detach',
  detachpci: 'detach',
  detachsg: 'detach',
  diskresize: 'resize',
  disksaveas: 'export',
  disksnapshotcreate: 'snapshot',
  disksnapshotrevert: 'revert',
  dropdb: 'delete',
  exec: 'execute',
  hold: 'hold',
  info: 'check',
  instantiate: 'create',
  lock: 'lock',
  login: 'login',
  migrate: 'migrate',
  monitoring: 'measure',
  passwd: 'update',
  persistent: 'update',
  planexecute: 'execute',
  priority: 'update',
  quota: 'update',
  raftstatus: 'check',
  recover: 'recover',
  release: 'release',
  rename: 'rename',
  reserve: 'create',
  resetserver: 'update',
  resize: 'resize',
  restore: 'restore',
  retry: 'execute',
  retryexec: 'execute',
  roleadd: 'add',
  roledelete: 'remove',
  roleupdate: 'update',
  schedadd: 'schedule',
  scheddelete: 'schedule',
  schedupdate: 'schedule',
  snapshotcreate: 'snapshot',
  snapshotrevert: 'revert',
  unlock: 'unlock',
  update: 'update',
  updateconf: 'update',
  updatedb: 'update',
  updatenic: 'update',
  vlan: 'update',
  vmgroupadd: 'add',
  vmgroupdel: 'remove',
};

/** Methods whose action hangs on a parameter: its place, and the action for each value. */
export const ACTIONS_BY_VALUE: Readonly<
  Record<
    string,
    { readonly place: ParameterPlace; readonly actions: Readonly<Record<string, Action>> }
  >
> = {
  enable: {
    place: { direction: 'in', position: 3 },
    actions: { '1': 'enable', true: 'enable', '0': 'disable', false: 'disable' },
  },
  'host.status': {
    place: { direction: 'in', position: 3 },
    actions: { '0': 'enable', '1': 'disable', '2': 'disable' },
  },
};

const NEW_ID: ParameterPlace = { direction: 'out', position: 2 };

/** Where a call's object is. All others: IN 2. */
export const ID_PLACES: Readonly<Record<string, ParameterPlace>> = {
  allocate: NEW_ID,
  allocatedb: NEW_ID,
  clone: NEW_ID,
  'acl.addrule': NEW_ID,
  'vm.action': { direction: 'in', position: 3 },
  'template.instantiate': NEW_ID,
  'vn.reserve': NEW_ID,
  'vntemplate.instantiate': NEW_ID,
};

/** Calls whose object is not what their name begins with: instantiating makes something else. */
export const OBJECT_OVERRIDES: Readonly<Record<string, string>> = {
  'template.instantiate': 'vm',
  'vntemplate.instantiate': 'vn',
};

/**
 * What a request is called where it is not about one object: questions about pools, accounting,
 * the system itself. Anything else without an object is `request`.
 */
export const REQUEST_ACTIONS: Readonly<Record<string, Action>> = {
  'one.hostpool.monitoring': 'measure',
  'one.vmpool.accounting': 'measure',
  'one.vmpool.calculateshowback': 'measure',
  'one.vmpool.monitoring': 'measure',
  'one.vmpool.showback': 'measure',
};

/** Calls between the servers of an HA set or a federation: understood, no events. */
export const REPLICATION_CALLS: ReadonlySet<string> = new Set([
  'one.zone.replicate',
  'one.zone.fedreplicate',
  'one.zone.voterequest',
]);

/** Names of the error codes of a failed call, OUT 3 (`include/Request.h`). */
export const CALL_ERRORS: Readonly<Record<string, string>> = {
  '256': 'AUTHENTICATION',
  '512': 'AUTHORIZATION',
  '1024': 'NO_EXISTS',
  '2048': 'ACTION',
  '4096': 'RPC_API',
  '8192': 'INTERNAL',
  '16384': 'ALLOCATE',
  '32768': 'LOCKED',
  '65536': 'REPLICATION',
};
