import { join } from 'node:path';

import { sinkContract, type SinkPeer } from '@viaduct/testkit';

import { startPython } from '../../../tools/peers/python.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import { HookSlots } from '../src/hooks/hook-pool.ts';
import { createHookSink, HOOK_SINK_CAPABILITIES } from '../src/hooks/hook-sink.ts';
import { parseHooksFile } from '../src/hooks/hooks-file.ts';
import type { CloudifyMessage } from '../src/message.ts';
import { workflowEvent } from './configured.ts';
import { HookFolder, hookText } from './hook-setup.ts';
import { decoded, golden } from './reading.ts';

requirePeer('python');

const PYTHON = startPython();

const MODULE = `
import json, os
def note(event_context, out):
    line = json.dumps(event_context["workflow_id"]) + "\\n"
    file = os.open(out, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, line.encode())
    os.close(file)
`;

sinkContract<CloudifyMessage>({
  name: 'cloudify.hooks, a Python function',
  capabilities: HOOK_SINK_CAPABILITIES,
  skips: {
    'closes during connect': 'connect waits for nobody',
    'ends connect at once when aborted': 'connect waits for nobody',
    'says that the connection was lost': 'a hook is no connection: each event starts what it needs',
  },
  open(): Promise<SinkPeer<CloudifyMessage>> {
    const folder = new HookFolder();
    folder.write('notes.py', MODULE);
    const inputs = { out: join(folder.path, 'out.jsonl') };
    const [hook] = parseHooksFile(hookText({ implementation: 'notes.note', inputs })).hooks;
    const config = folder.config({ python: PYTHON, pythonPath: [folder.path] });
    const surroundings = { implementations: {}, slots: new HookSlots(16) };
    return Promise.resolve({
      create: (context) => createHookSink(hook, config, context, surroundings),
      parcel: (labels) => ({
        event: decoded(golden('v7-workflow-started')),
        natives: labels.map((label) => workflowEvent(label)),
      }),
      ready: () => Promise.resolve(),
      received: () => Promise.resolve(folder.written('out.jsonl').map(String)),
      restart: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      close: () => folder.close(),
    });
  },
});
