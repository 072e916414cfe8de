/**
 * Every state of OpenNebula's objects and what it is called here. Names and numbers are those of
 * `include/VirtualMachine.h`, `Host.h`, `Image.h` and `VirtualNetwork.h` at 7.4; the envelope of a
 * message has names, the object inside has numbers. The lists grow with every release: a name that
 * is not here passes as `unknown`.
 */
import type { Severity, StateOf } from '@viaduct/core';

/** VM STATE, by number. 7 is retired. */
export const VM_STATES = [
  'INIT',
  'PENDING',
  'HOLD',
  'ACTIVE',
  'STOPPED',
  'SUSPENDED',
  'DONE',
  'FAILED',
  'POWEROFF',
  'UNDEPLOYED',
  'CLONING',
  'CLONING_FAILURE',
] as const;

/** VM LCM_STATE, by number; says more only while STATE is ACTIVE. 13, 14, 55 and 58 are retired. */
export const LCM_STATES = [
  'LCM_INIT',
  'PROLOG',
  'BOOT',
  'RUNNING',
  'MIGRATE',
  'SAVE_STOP',
  'SAVE_SUSPEND',
  'SAVE_MIGRATE',
  'PROLOG_MIGRATE',
  'PROLOG_RESUME',
  'EPILOG_STOP',
  'EPILOG',
  'SHUTDOWN',
  'CANCEL',
  'FAILURE',
  'CLEANUP_RESUBMIT',
  'UNKNOWN',
  'HOTPLUG',
  'SHUTDOWN_POWEROFF',
  'BOOT_UNKNOWN',
  'BOOT_POWEROFF',
  'BOOT_SUSPENDED',
  'BOOT_STOPPED',
  'CLEANUP_DELETE',
  'HOTPLUG_SNAPSHOT',
  'HOTPLUG_NIC',
  'HOTPLUG_SAVEAS',
  'HOTPLUG_SAVEAS_POWEROFF',
  'HOTPLUG_SAVEAS_SUSPENDED',
  'SHUTDOWN_UNDEPLOY',
  'EPILOG_UNDEPLOY',
  'PROLOG_UNDEPLOY',
  'BOOT_UNDEPLOY',
  'HOTPLUG_PROLOG_POWEROFF',
  'HOTPLUG_EPILOG_POWEROFF',
  'BOOT_MIGRATE',
  'BOOT_FAILURE',
  'BOOT_MIGRATE_FAILURE',
  'PROLOG_MIGRATE_FAILURE',
  'PROLOG_FAILURE',
  'EPILOG_FAILURE',
  'EPILOG_STOP_FAILURE',
  'EPILOG_UNDEPLOY_FAILURE',
  'PROLOG_MIGRATE_POWEROFF',
  'PROLOG_MIGRATE_POWEROFF_FAILURE',
  'PROLOG_MIGRATE_SUSPEND',
  'PROLOG_MIGRATE_SUSPEND_FAILURE',
  'BOOT_UNDEPLOY_FAILURE',
  'BOOT_STOPPED_FAILURE',
  'PROLOG_RESUME_FAILURE',
  'PROLOG_UNDEPLOY_FAILURE',
  'DISK_SNAPSHOT_POWEROFF',
  'DISK_SNAPSHOT_REVERT_POWEROFF',
  'DISK_SNAPSHOT_DELETE_POWEROFF',
  'DISK_SNAPSHOT_SUSPENDED',
  'DISK_SNAPSHOT_REVERT_SUSPENDED',
  'DISK_SNAPSHOT_DELETE_SUSPENDED',
  'DISK_SNAPSHOT',
  'DISK_SNAPSHOT_REVERT',
  'DISK_SNAPSHOT_DELETE',
  'PROLOG_MIGRATE_UNKNOWN',
  'PROLOG_MIGRATE_UNKNOWN_FAILURE',
  'DISK_RESIZE',
  'DISK_RESIZE_POWEROFF',
  'DISK_RESIZE_UNDEPLOYED',
  'HOTPLUG_NIC_POWEROFF',
  'HOTPLUG_RESIZE',
  'HOTPLUG_SAVEAS_UNDEPLOYED',
  'HOTPLUG_SAVEAS_STOPPED',
  'BACKUP',
  'BACKUP_POWEROFF',
  'RESTORE',
] as const;

/** HOST STATE, by number. 1, 5, 6 and 7 are retired. */
export const HOST_STATES = [
  'INIT',
  'MONITORING_MONITORED',
  'MONITORED',
  'ERROR',
  'DISABLED',
  'MONITORING_ERROR',
  'MONITORING_INIT',
  'MONITORING_DISABLED',
  'OFFLINE',
] as const;

/**
 * IMAGE STATE, by number. The envelope says `USED` for 8 and `LOCKED_USED` for 10: persistent
 * images are told apart by the number only.
 */
export const IMAGE_STATES = [
  'INIT',
  'READY',
  'USED',
  'DISABLED',
  'LOCKED',
  'ERROR',
  'CLONE',
  'DELETE',
  'USED_PERS',
  'LOCKED_USED',
  'LOCKED_USED_PERS',
] as const;

/** NET STATE, by number. The publisher has no text for 6: STATE and the key's segment are empty. */
export const NET_STATES = [
  'INIT',
  'READY',
  'LOCK_CREATE',
  'LOCK_DELETE',
  'DONE',
  'ERROR',
  'UPDATE_FAILURE',
] as const;

/** VM STATE other than ACTIVE. */
export const VM_STATE_MEANING: Readonly<
  Record<Exclude<(typeof VM_STATES)[number], 'ACTIVE'>, StateOf<'compute'>>
> = {
  INIT: 'pending',
  PENDING: 'pending',
  HOLD: 'pending',
  STOPPED: 'stopped', // memory saved, disks back in the data store, no host
  SUSPENDED: 'suspended',
  DONE: 'deleted',
  FAILED: 'failed',
  POWEROFF: 'stopped',
  UNDEPLOYED: 'stopped',
  CLONING: 'building',
  CLONING_FAILURE: 'failed',
};

/** LCM_STATE of an ACTIVE VM. A state on the way is what the VM is on the way from or to. */
export const LCM_STATE_MEANING: Readonly<Record<(typeof LCM_STATES)[number], StateOf<'compute'>>> =
  {
    LCM_INIT: 'building',
    PROLOG: 'building',
    BOOT: 'building',
    RUNNING: 'running',
    MIGRATE: 'migrating',
    SAVE_STOP: 'running',
    SAVE_SUSPEND: 'running',
    SAVE_MIGRATE: 'migrating',
    PROLOG_MIGRATE: 'migrating',
    PROLOG_RESUME: 'building',
    EPILOG_STOP: 'stopped',
    EPILOG: 'stopped',
    SHUTDOWN: 'running',
    CANCEL: 'running',
    FAILURE: 'failed',
    CLEANUP_RESUBMIT: 'building',
    UNKNOWN: 'unknown',
    HOTPLUG: 'running',
    SHUTDOWN_POWEROFF: 'running',
    BOOT_UNKNOWN: 'building',
    BOOT_POWEROFF: 'building',
    BOOT_SUSPENDED: 'building',
    BOOT_STOPPED: 'building',
    CLEANUP_DELETE: 'stopped',
    HOTPLUG_SNAPSHOT: 'running',
    HOTPLUG_NIC: 'running',
    HOTPLUG_SAVEAS: 'running',
    HOTPLUG_SAVEAS_POWEROFF: 'stopped',
    HOTPLUG_SAVEAS_SUSPENDED: 'suspended',
    SHUTDOWN_UNDEPLOY: 'running',
    EPILOG_UNDEPLOY: 'stopped',
    PROLOG_UNDEPLOY: 'building',
    BOOT_UNDEPLOY: 'building',
    HOTPLUG_PROLOG_POWEROFF: 'stopped',
    HOTPLUG_EPILOG_POWEROFF: 'stopped',
    BOOT_MIGRATE: 'migrating',
    BOOT_FAILURE: 'failed',
    BOOT_MIGRATE_FAILURE: 'failed',
    PROLOG_MIGRATE_FAILURE: 'failed',
    PROLOG_FAILURE: 'failed',
    EPILOG_FAILURE: 'failed',
    EPILOG_STOP_FAILURE: 'failed',
    EPILOG_UNDEPLOY_FAILURE: 'failed',
    PROLOG_MIGRATE_POWEROFF: 'migrating',
    PROLOG_MIGRATE_POWEROFF_FAILURE: 'failed',
    PROLOG_MIGRATE_SUSPEND: 'migrating',
    PROLOG_MIGRATE_SUSPEND_FAILURE: 'failed',
    BOOT_UNDEPLOY_FAILURE: 'failed',
    BOOT_STOPPED_FAILURE: 'failed',
    PROLOG_RESUME_FAILURE: 'failed',
    PROLOG_UNDEPLOY_FAILURE: 'failed',
    DISK_SNAPSHOT_POWEROFF: 'stopped',
    DISK_SNAPSHOT_REVERT_POWEROFF: 'stopped',
    DISK_SNAPSHOT_DELETE_POWEROFF: 'stopped',
    DISK_SNAPSHOT_SUSPENDED: 'suspended',
    DISK_SNAPSHOT_REVERT_SUSPENDED: 'suspended',
    DISK_SNAPSHOT_DELETE_SUSPENDED: 'suspended',
    DISK_SNAPSHOT: 'running',
    DISK_SNAPSHOT_REVERT: 'running',
    DISK_SNAPSHOT_DELETE: 'running',
    PROLOG_MIGRATE_UNKNOWN: 'migrating',
    PROLOG_MIGRATE_UNKNOWN_FAILURE: 'failed',
    DISK_RESIZE: 'running',
    DISK_RESIZE_POWEROFF: 'stopped',
    DISK_RESIZE_UNDEPLOYED: 'stopped',
    HOTPLUG_NIC_POWEROFF: 'stopped',
    HOTPLUG_RESIZE: 'resizing',
    HOTPLUG_SAVEAS_UNDEPLOYED: 'stopped',
    HOTPLUG_SAVEAS_STOPPED: 'stopped',
    BACKUP: 'running',
    BACKUP_POWEROFF: 'stopped',
    RESTORE: 'building',
  };

/** HOST STATE. */
export const HOST_STATE_MEANING: Readonly<Record<(typeof HOST_STATES)[number], StateOf<'host'>>> = {
  INIT: 'pending',
  MONITORING_MONITORED: 'up',
  MONITORED: 'up',
  ERROR: 'failed',
  DISABLED: 'disabled',
  MONITORING_ERROR: 'failed',
  MONITORING_INIT: 'pending',
  MONITORING_DISABLED: 'disabled',
  OFFLINE: 'maintenance', // taken out by the administrator
};

/** IMAGE STATE. */
export const IMAGE_STATE_MEANING: Readonly<
  Record<(typeof IMAGE_STATES)[number], StateOf<'image'>>
> = {
  INIT: 'pending',
  READY: 'available',
  USED: 'in-use',
  DISABLED: 'disabled',
  LOCKED: 'creating', // being copied into its data store
  ERROR: 'failed',
  CLONE: 'in-use',
  DELETE: 'deleting',
  USED_PERS: 'in-use',
  LOCKED_USED: 'creating',
  LOCKED_USED_PERS: 'creating',
};

/** NET STATE. */
export const NET_STATE_MEANING: Readonly<Record<(typeof NET_STATES)[number], StateOf<'network'>>> =
  {
    INIT: 'pending',
    READY: 'active',
    LOCK_CREATE: 'building',
    LOCK_DELETE: 'deleting',
    DONE: 'deleted',
    ERROR: 'failed',
    UPDATE_FAILURE: 'failed',
  };

/** What an operator thinks of a state; `info` where it is not named. */
export const STATE_SEVERITY: Readonly<Record<string, Severity>> = {
  failed: 'error',
  unknown: 'warning',
  maintenance: 'notice',
  disabled: 'notice',
};
