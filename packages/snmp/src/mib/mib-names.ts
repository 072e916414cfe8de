import snmp, { type ModuleStore } from 'net-snmp';
import { TransportError } from '@viaduct/core';
import type { SnmpNotification, SnmpVarbind } from '../message.ts';

/** Names remembered, found or not. */
const NAMES_MAX = 20_000;

/** Names from MIB modules that the operator added. */
export class MibNames {
  readonly #store: ModuleStore | undefined;
  readonly #names = new Map<string, string | undefined>();

  /** Loads the modules in this order. Throws where one cannot be loaded. */
  constructor(files: readonly string[]) {
    if (files.length === 0) return;
    this.#store = snmp.createModuleStore();
    for (const file of files) {
      try {
        this.#store.loadFromFile(file);
      } catch (cause) {
        const message = `the MIB module in ${file} could not be loaded: ${String(cause)}`;
        throw new TransportError('permanent', 'VIA_SNMP_MIB_INVALID', message, { cause });
      }
    }
  }

  /** A notification with the names that are known put in. */
  withNames(notification: SnmpNotification): SnmpNotification {
    if (this.#store === undefined) return notification;
    const trapName = this.#nameOf(notification.trapOid);
    const varbinds = notification.varbinds.map((varbind): SnmpVarbind => {
      const name = this.#nameOf(varbind.oid);
      return name === undefined ? varbind : { ...varbind, name };
    });
    return { ...notification, ...(trapName === undefined ? {} : { trapName }), varbinds };
  }

  /** The name of an object: its own, or that of its column or scalar with the index behind it. */
  #nameOf(oid: string): string | undefined {
    if (this.#names.has(oid)) return this.#names.get(oid);
    const name = this.#find(oid);
    if (this.#names.size >= NAMES_MAX) this.#names.clear();
    this.#names.set(oid, name);
    return name;
  }

  #find(oid: string): string | undefined {
    const parts = oid.split('.');
    for (let length = parts.length; length > PARTS_MIN; length -= 1) {
      const found = this.#translate(parts.slice(0, length).join('.'));
      if (found === undefined) continue;
      const index = parts.slice(length);
      return index.length === 0 || index.join() === '0' ? found : `${found}.${index.join('.')}`;
    }
    return undefined;
  }

  /** The library throws where it knows no name. */
  #translate(oid: string): string | undefined {
    try {
      return this.#store?.translate(oid, snmp.OidFormat.module);
    } catch {
      return undefined;
    }
  }
}

/** A name that stands for less than `1.3.6.1.2.1.x` or an enterprise says nothing. */
const PARTS_MIN = 7;
