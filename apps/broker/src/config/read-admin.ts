/** What `broker.admin` must be beyond the form of its keys. */
import type { Path } from './path.ts';
import { isMapping } from './normalise.ts';
import type { Report } from './problem.ts';

/** The section `broker.admin`. */
export interface AdminSection {
  /** `host:port`, or `none`. */
  readonly listen: string;
  /** Whether the file says where to listen: then a port that is taken is an error. */
  readonly isListenWritten: boolean;
  readonly hosts: readonly string[];
  readonly tokens: readonly AdminToken[];
  readonly users: readonly AdminUser[];
  readonly sessionMs: number;
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** What somebody may do. */
export type AdminRole = 'viewer' | 'operator';

/** One entry of `broker.admin.tokens`; one of `token` and `file` is there. */
export interface AdminToken {
  readonly name: string;
  readonly role: AdminRole;
  readonly token?: string;
  readonly file?: string;
}

/** One entry of `broker.admin.users`. */
export interface AdminUser {
  readonly name: string;
  readonly role: AdminRole;
  readonly password: string;
}

/** An address as `listen` names it. */
export interface AdminAddress {
  readonly host: string;
  readonly port: number;
}

const ADMIN_PATH: Path = ['broker', 'admin'];

/** The address of a `listen`; `undefined` where that is `none`. */
export function adminAddress(listen: string): AdminAddress | undefined {
  if (listen === 'none') return undefined;
  const colon = listen.lastIndexOf(':');
  const host = listen.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(listen.slice(colon + 1)) };
}

/** Whether only programs of this machine reach a host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * The section as it was written, defaults filled in (`filled`), checked against itself. What is of
 * a wrong form has been reported already and is only not looked at here.
 */
export function readAdmin(written: unknown, filled: unknown, report: Report): AdminSection {
  const isListenWritten = isMapping(written) && written['listen'] !== undefined;
  const section: AdminSection = {
    ...(isMapping(filled) ? (filled as unknown as AdminSection) : { ...DISABLED }),
    isListenWritten,
  };
  if (!isWellFormed(section)) return { ...DISABLED, isListenWritten };
  checkAddress(section, report);
  checkNames(section, report);
  section.tokens.forEach(({ token, file }, index) => {
    if ((token === undefined) !== (file === undefined)) return;
    const message = token === undefined ? 'there is no token' : 'there is a token and a file';
    const at = [...ADMIN_PATH, 'tokens', index];
    const advice = 'Write "token: ${NAME}" or "file: PATH", one of the two.';
    report.add('VIA_BROKER_CONFIG_VALUE', at, message, advice);
  });
  return section;
}

/** Stands in for what could not be read. */
const DISABLED: Omit<AdminSection, 'isListenWritten'> = {
  listen: 'none',
  hosts: [],
  tokens: [],
  users: [],
  sessionMs: 60_000,
};

function isWellFormed({ listen, tokens, users, hosts }: AdminSection): boolean {
  const lists: readonly unknown[] = [tokens, users, hosts];
  const entries: readonly unknown[] = [tokens, users].flat();
  return typeof listen === 'string' && lists.every(Array.isArray) && entries.every(isMapping);
}

function checkAddress({ listen, tokens, users }: AdminSection, report: Report): void {
  const address = adminAddress(listen);
  if (address === undefined) return;
  const at = [...ADMIN_PATH, 'listen'];
  if (address.port > 65_535) {
    const message = `there is no port ${address.port}`;
    report.add('VIA_BROKER_CONFIG_VALUE', at, message, 'Write one up to 65535.');
  }
  if (isLoopback(address.host) || tokens.length + users.length > 0) return;
  const message = `others than this machine reach ${listen}, and nobody is asked who he is`;
  const advice =
    'Add "tokens: [{ name: me, role: operator, token: ${VIADUCT_ADMIN_TOKEN} }]" beside it, ' +
    'or listen on 127.0.0.1.';
  report.add('VIA_ADMIN_UNPROTECTED', at, message, advice);
}

function checkNames({ tokens, users }: AdminSection, report: Report): void {
  const seen = new Set<string>();
  const lists = { tokens, users };
  for (const [list, entries] of Object.entries(lists)) {
    entries.forEach(({ name }: { readonly name: string }, index: number) => {
      const at = [...ADMIN_PATH, list, index, 'name'];
      const advice = 'Give each a name of its own: the audit log tells them apart by it.';
      if (seen.has(name)) {
        report.add('VIA_BROKER_CONFIG_VALUE', at, `"${name}" stands twice`, advice);
      }
      seen.add(name);
    });
  }
}
