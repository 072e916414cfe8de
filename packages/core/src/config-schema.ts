/**
 * The description of a configuration: a small, typed subset of JSON Schema 2020-12 with three
 * annotations of ours (`unit`, `secret`, `advanced`). One description gives validation, defaults,
 * redaction, the JSON Schema for editors and the option reference. The type parameter ties it to
 * the interface that the code reads: a key without description does not compile.
 */
import type { JsonValue } from './json/json.ts';

/** Describes the object that an operator writes for one source or sink. */
export interface ConfigSchema<Config> {
  readonly type: 'object';
  /** One sentence: what this source or sink does. */
  readonly description: string;
  readonly properties: { readonly [Key in keyof Required<Config>]: ConfigField };
  /** Keys without default that must be written. */
  readonly required?: readonly (keyof Config & string)[];
}

/** A configuration schema whose interface is erased. */
export interface AnyConfigSchema {
  readonly type: 'object';
  readonly description: string;
  readonly properties: Readonly<Record<string, ConfigField>>;
  readonly required?: readonly string[];
}

/** What every field says of itself. */
export interface ConfigFieldCommon {
  /** A sentence for the reference page and the editor. */
  readonly description: string;
  /** Filled in where the operator wrote nothing. */
  readonly default?: JsonValue;
  readonly examples?: readonly JsonValue[];
  /** `ms`, `bytes`, `events/s`…, where the name does not say it. */
  readonly unit?: string;
  /** Never printed, never stored: shown as `***`. A URL keeps all but its password. */
  readonly secret?: boolean;
  /** Left out of the short reference. */
  readonly advanced?: boolean;
}

/** Describes one key. */
export type ConfigField = ConfigFieldCommon &
  (
    | {
        readonly type: 'string';
        readonly enum?: readonly string[];
        readonly pattern?: string;
        /** `host`: a name or address, IPv6 in brackets; a port may follow. `address`: one does. */
        readonly format?: 'uri' | 'endpoint' | 'path' | 'host' | 'address';
        readonly minLength?: number;
      }
    | { readonly type: 'integer' | 'number'; readonly minimum?: number; readonly maximum?: number }
    | { readonly type: 'boolean' }
    | {
        readonly type: 'array';
        readonly items: ConfigField;
        readonly minItems?: number;
        /** Also accepts one bare item for a list of one. */
        readonly single?: boolean;
      }
    | {
        readonly type: 'object';
        readonly properties: { readonly [name: string]: ConfigField };
        readonly required?: readonly string[];
      }
    | { readonly type: 'map'; readonly values: ConfigField }
  );
