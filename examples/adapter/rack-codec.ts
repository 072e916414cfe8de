/**
 * Doors and temperatures of racks, one line of text each, as a (made up) sensor gateway tells them:
 *
 *     17 r12 door open
 *     18 r12 temperature 41.5
 *
 * a number that grows, the rack, the sensor, its value.
 */
import {
  type Codec,
  composeEvent,
  fail,
  isJsonObject,
  ok,
  type State,
  uuidFromName,
} from '@viaduct/core';

/** One line, without its end. */
export interface RackLine {
  readonly line: string;
}

const LINE =
  /^(?<number>\d{1,15}) (?<rack>[\w-]{1,64}) (?<sensor>door|temperature) (?<value>\S{1,32})$/;

/** From here on a rack is too hot, degrees Celsius. */
const HOT = 40;

/** Pure and total: it reads no clock, makes no ids of chance, and never throws. */
export const rackCodec: Codec<RackLine> = {
  dialect: 'rack',
  // The dialect has no secrets. One that has replaces them here, before anything is stored.
  redact: (native) => ({ native, redactions: [] }),
  decode({ line }, context) {
    const { number, rack, sensor, value } = LINE.exec(line)?.groups ?? {};
    if (number === undefined || rack === undefined || sensor === undefined || value === undefined) {
      return fail({ code: 'VIA_RACK_LINE', message: 'this is no line of a rack sensor' });
    }
    const isBad = sensor === 'door' ? value === 'open' : Number(value) >= HOT;
    const state: State = isBad ? 'degraded' : 'up';
    const event = composeEvent(
      {
        // The same line twice is the same occurrence: its id follows from what it says.
        id: uuidFromName(`rack/${context.system}/${number}`),
        dialect: 'rack',
        source: `rack://${encodeURIComponent(context.system)}/gateway`,
        nativetype: `rack.${sensor}`,
        data: {
          resource: { kind: 'device', type: 'rack', id: rack },
          action: 'state',
          state: { value: state, native: `${sensor} ${value}` },
          severity: isBad ? 'warning' : 'info',
          message: `${sensor} of rack ${rack}: ${value}`,
        },
      },
      context,
    );
    return ok([{ event }]);
  },
  encode(event, context) {
    // Same dialect: as it came. What comes from elsewhere says no more than this line can.
    if (context.native !== undefined) {
      return ok({ natives: [context.native], losses: [], invented: [] });
    }
    const { resource, state, severity } = event.data;
    const door = state?.value === 'up' ? 'closed' : 'open';
    const line = `0 ${resource.id.replaceAll(/[^\w-]/g, '-').slice(0, 64)} door ${door}`;
    const losses = severity === undefined ? [] : [loss('data.severity')];
    return ok({ natives: [{ line }], losses: [loss('source'), ...losses], invented: [] });
  },
  format: ({ line }) => ({ line }),
  parse(value) {
    const line = isJsonObject(value) ? value.line : value;
    if (typeof line === 'string') return ok({ line: line.trimEnd() });
    return fail({ code: 'VIA_RACK_LINE', message: 'write {"line": "17 r12 door open"}' });
  },
};

function loss(path: string): { readonly path: string; readonly reason: 'unsupported' } {
  return { path, reason: 'unsupported' };
}
