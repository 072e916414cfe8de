/**
 * The messages that the benchmarks carry: a real VM document (5.6 kB of XML, from the fixtures of
 * `@viaduct/opennebula`) with the id, and with it the ordering key, changed from message to
 * message.
 */
import { readFileSync } from 'node:fs';

/** One two-frame OpenNebula message. */
export interface Frame {
  readonly key: string;
  readonly content: string;
}

const FIXTURE = new URL(
  '../../packages/opennebula/fixtures/vm-running.by-state.native.json',
  import.meta.url,
);

/** Different virtual machines in the load; each has an order of its own. */
export const MACHINES = 5_000;

/** What every machine does in turn: `[LCM state, its number, the number before]`. */
const CYCLE = [
  ['HOTPLUG', 17, 3],
  ['RUNNING', 3, 17],
] as const;

/**
 * `count` state changes of {@link MACHINES} machines, each with a different document, every
 * machine's chain of states unbroken. With a multiple of `2 * MACHINES` the same frames can follow
 * themselves.
 */
export function virtualMachineFrames(count: number): readonly Frame[] {
  const { content } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Frame;
  const document = Buffer.from(content, 'base64').toString('utf8');
  return Array.from({ length: count }, (_, index) => {
    const id = String(1 + (index % MACHINES));
    const step = CYCLE[Math.floor(index / MACHINES) % CYCLE.length] ?? CYCLE[0];
    const [name, number, previous] = step;
    const xml = document
      .replace('<LCM_STATE>RUNNING<', `<LCM_STATE>${name}<`)
      .replace('<RESOURCE_ID>42<', `<RESOURCE_ID>${id}<`)
      .replace('<VM><ID>42<', `<VM><ID>${id}<`)
      .replace('<LCM_STATE>3<', `<LCM_STATE>${String(number)}<`)
      .replace(/<PREV_LCM_STATE>\d+</, `<PREV_LCM_STATE>${String(previous)}<`)
      .replace('<LAST_POLL>0<', `<LAST_POLL>${String(index)}<`);
    return {
      key: `EVENT STATE VM/ACTIVE/${name}/${id} `,
      content: Buffer.from(xml).toString('base64'),
    };
  });
}
