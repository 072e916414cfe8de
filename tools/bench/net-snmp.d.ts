/** What the naive leg uses of net-snmp, which has no types of its own. */
declare module 'net-snmp' {
  /** A name and a value. */
  export interface Varbind {
    readonly oid: string;
    readonly type: number;
    readonly value: string | number;
  }

  /** A socket to one receiver. */
  export interface Session {
    trap(oid: string, varbinds: readonly Varbind[], done: (error: Error | null) => void): void;
    close(): void;
  }

  export function createSession(
    target: string,
    community: string,
    options: { readonly version: number; readonly trapPort: number },
  ): Session;

  export const Version2c: number;
  export const ObjectType: Readonly<Record<'OctetString' | 'Integer' | 'Gauge', number>>;
}
