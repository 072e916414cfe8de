import { defineAdapter, defineSink, defineSource, type Adapter } from '@viaduct/core';

import { cloudifyCodec } from './codec.ts';
import {
  adviseSink,
  adviseSource,
  CLOUDIFY_SINK_CONFIG,
  CLOUDIFY_SOURCE_CONFIG,
  type CloudifySinkConfig,
  type CloudifySourceConfig,
} from './config.ts';
import { encodeOptions } from './encode/encode-options.ts';
import { adviseHooks, HOOKS_CONFIG, type HooksConfig } from './hooks/hook-config.ts';
import { HookSlots } from './hooks/hook-pool.ts';
import type { HookSurroundings } from './hooks/hook-runner.ts';
import { hookParts } from './hooks/hook-parts.ts';
import { createHookSink, HOOK_SINK_CAPABILITIES } from './hooks/hook-sink.ts';
import type { HookImplementations } from './hooks/hook.ts';
import type { CloudifyMessage } from './message.ts';
import { CLOUDIFY_SINK_CAPABILITIES, createCloudifySink } from './sink.ts';
import { CLOUDIFY_SOURCE_CAPABILITIES, createCloudifySource } from './source.ts';

/** What a program brings along for this adapter. */
export interface CloudifyAdapterOptions {
  /**
   * Hook implementations in JavaScript, by the dotted names that a `hooks.conf` gives them: the
   * built-in `cloudify.snmp.snmp_trap.send_snmp_trap` (see `snmpTrapHook`) and what else the
   * program has.
   */
  readonly implementations?: HookImplementations;
}

/** Processes of all hooks of one adapter at once; each may be an interpreter of some 10 MB. */
export const HOOK_PROCESSES_MAX = 16;

/** Cloudify's workflow events on RabbitMQ, and hooks. `adapter: cloudify` in a configuration. */
export function createCloudifyAdapter(options: CloudifyAdapterOptions = {}): Adapter {
  const surroundings: HookSurroundings = {
    implementations: options.implementations ?? {},
    slots: new HookSlots(HOOK_PROCESSES_MAX),
  };
  return defineAdapter<CloudifyMessage>({
    name: 'cloudify',
    stability: 'beta',
    summary: 'Cloudify and Studio Conductor: workflow events on RabbitMQ, hooks.conf.',
    codec: cloudifyCodec,
    sources: {
      default: defineSource<CloudifySourceConfig, CloudifyMessage>({
        config: CLOUDIFY_SOURCE_CONFIG,
        capabilities: CLOUDIFY_SOURCE_CAPABILITIES,
        create: createCloudifySource,
        advise: adviseSource,
      }),
    },
    sinks: {
      default: defineSink<CloudifySinkConfig, CloudifyMessage>({
        config: CLOUDIFY_SINK_CONFIG,
        capabilities: CLOUDIFY_SINK_CAPABILITIES,
        create: createCloudifySink,
        encodeOptions: ({ exchange, tenant }) => encodeOptions({ exchange, tenant }),
        advise: adviseSink,
      }),
      hooks: defineSink<HooksConfig, CloudifyMessage>({
        config: HOOKS_CONFIG,
        capabilities: HOOK_SINK_CAPABILITIES,
        create: (config, context) => createHookSink(config.hook, config, context, surroundings),
        parts: (config) => hookParts(config, surroundings),
        advise: adviseHooks,
      }),
    },
  });
}

/** The adapter without implementations of its own: what is no program is looked up in Python. */
export const cloudifyAdapter: Adapter = createCloudifyAdapter();
