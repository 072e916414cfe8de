// What is used of net-snmp 3.29.2, its inside included: see notification-session.ts. The package
// has no types of its own.
declare module 'net-snmp' {
  import type { Socket } from 'node:dgram';

  export interface Pdu {
    id: number;
    toBuffer: (writer: { writeBuffer(bytes: Buffer, tag?: number): void }) => void;
  }

  export interface Message {
    readonly version: number;
    pdu: Pdu;
    buffer?: Buffer;
    msgGlobalData?: { msgID: number };
    msgSecurityParameters?: {
      msgAuthoritativeEngineBoots: number;
      msgAuthoritativeEngineTime: number;
    };
  }

  export interface Request {
    readonly message: Message;
    /** v3 informs: what is sent once the receiver's engine is known. */
    readonly originalPdu?: Pdu;
  }

  interface Varbind {
    readonly oid: string;
    readonly type: number;
    readonly value: unknown;
  }

  type Answered = (error: Error | null) => void;

  export interface Session {
    readonly dgram: Socket;
    send(request: Request, noWait?: boolean): Session;
    trap(oid: string, varbinds: Varbind[], options: object, done: Answered): void;
    inform(oid: string, varbinds: Varbind[], options: object, done: Answered): void;
    on(event: 'error', listener: (error: Error) => void): void;
    close(): void;
  }

  export interface User {
    readonly name: string;
    readonly level: number;
    readonly authProtocol?: string;
    readonly authKey?: string;
    readonly privProtocol?: string;
    readonly privKey?: string;
  }

  export interface ModuleStore {
    loadFromFile(file: string): void;
    translate(oid: string, format: string): string;
  }

  const snmp: {
    createSession(target: string, community: string, options: object): Session;
    createV3Session(target: string, user: User, options: object): Session;
    createModuleStore(): ModuleStore;
    readonly Version1: number;
    readonly Version2c: number;
    readonly SecurityLevel: Readonly<Record<'noAuthNoPriv' | 'authNoPriv' | 'authPriv', number>>;
    readonly AuthProtocols: Readonly<Record<string, string>>;
    readonly PrivProtocols: Readonly<Record<string, string>>;
    readonly ObjectType: { readonly Null: number };
    readonly OidFormat: { readonly module: string };
    readonly RequestTimedOutError: new () => Error;
    readonly RequestFailedError: new () => Error;
    readonly ResponseInvalidError: new () => Error & { readonly code: number };
    readonly ResponseInvalidCode: Readonly<Record<'EAuthFailure' | 'ENotInTimeWindow', number>>;
  };
  // eslint-disable-next-line no-restricted-syntax -- it is what the package does
  export default snmp;
}
