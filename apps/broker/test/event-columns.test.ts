/** What columns a list of events can have, and what is in them. */
import { composeEvent } from '@viaduct/core';
import { describe, expect, it } from 'vitest';
import { coloursFor } from '../src/command/colours.ts';
import {
  columnNames,
  eventColumns,
  LINE_COLUMNS,
  LIST_COLUMNS,
  WIDE_COLUMNS,
} from '../src/command/event-columns.ts';
import { eventForm } from '../src/command/event-form.ts';
import { createEventLines } from '../src/command/event-lines.ts';

const AT = Date.UTC(2026, 0, 31, 12);

const event = composeEvent(
  {
    id: '9f1f5b1e-7b1a-4c8f-9d0e-3f6a2c4b8d10',
    dialect: 'oslo',
    source: 'oslo://nova/compute.kvm07',
    nativetype: 'compute.instance.create.error',
    data: {
      resource: { kind: 'compute', id: '42', name: 'web-1', host: 'kvm07' },
      action: 'create',
      phase: 'error',
      state: { value: 'failed', native: 'error', previous: { value: 'building', native: 'build' } },
      severity: 'error',
      message: 'no valid host\x1b[2J',
      actor: { project: { id: 'p1', name: 'acme' }, user: { id: 'u1' } },
      attributes: {
        vcpus: 2,
        addresses: [{ address: '192.0.2.1' }, { address: '192.0.2.2' }],
        extra: [{ name: 'cost.centre', value: '4711' }],
      },
    },
  },
  { receivedAt: AT, system: 'nova', ordinal: 0 },
);
const one = { position: 7, at: AT, source: 'nova', targets: ['nms', 'bus'], event };

const textsOf = (...names: readonly string[]): readonly string[] =>
  eventColumns(names).map(({ text }) => text(one));

describe('the columns of an event', () => {
  it('are where it is stored and every field that a route can name', () => {
    expect(textsOf('stored', 'position', 'source', 'sinks')).toEqual([
      ...['2026-01-31T12:00:00Z', '7', 'nova', 'nms,bus'],
    ]);
    expect(textsOf('kind', 'state', 'previous', 'host', 'origin')).toEqual([
      ...['compute', 'failed', 'building', 'kvm07', 'oslo'],
    ]);
    expect(textsOf('data.resource.id', 'attributes.vcpus', 'attributes.addresses.address')).toEqual(
      ['42', '2', '192.0.2.1,192.0.2.2'],
    );
    expect(textsOf('attributes.extra.cost.centre', 'zone')).toEqual(['4711', '-']);
  });

  it('show a name where there is one, and an id where there is none', () => {
    expect(textsOf('project', 'user')).toEqual(['acme', 'u1']);
  });

  it('can all be named, and one that there is not is a mistake with advice', () => {
    for (const names of [LIST_COLUMNS, LINE_COLUMNS, WIDE_COLUMNS, columnNames()]) {
      expect(textsOf(...names)).toHaveLength(names.length);
    }
    expect(() => eventColumns(['stat'])).toThrow(
      'there is no column "stat". Did you mean "state"?',
    );
    expect(() => eventColumns(['constructor'])).toThrow('there is no column');
  });
});

describe('how events are shown', () => {
  it('is one of several, and not two at once', () => {
    const flags = { json: false };
    expect(eventForm({ json: true }, LIST_COLUMNS).kind).toBe('texts');
    const id = eventForm({ ...flags, output: 'id' }, LIST_COLUMNS);
    expect(id.kind === 'texts' && id.text(one)).toBe(`${event.id}\n`);
    const yaml = eventForm({ ...flags, output: 'yaml' }, LIST_COLUMNS);
    expect(yaml.kind === 'texts' && yaml.text(one)).toMatch(/^---\nposition: 7\n/);
    const named = eventForm({ ...flags, columns: 'id, state' }, LIST_COLUMNS);
    expect(named.kind === 'columns' && named.columns.map(({ title }) => title)).toEqual([
      ...['ID', 'STATE'],
    ]);
    expect(() => eventForm({ json: true, columns: 'id' }, [])).toThrow('Say one of them');
    expect(() => eventForm({ json: true, output: 'yaml' }, [])).toThrow('Say one of them');
  });
});

describe('the lines of events as they come', () => {
  const lines = (columns: number | undefined) =>
    createEventLines(
      eventColumns(LINE_COLUMNS),
      columns === undefined ? {} : { columns },
      coloursFor({ isTerminal: false }, {}),
    );

  it('stand below their titles, and let no stranger steer the terminal', () => {
    const { title, line } = lines(undefined);
    expect(line(one)).toBe(
      '2026-01-31T12:00:00Z  nova    compute/42    failed    compute.instance.create.error  nms,bus  no valid host�[2J\n',
    );
    expect(title().indexOf('STATE')).toBe(line(one).indexOf('failed'));
  });

  it('end where the terminal does, and then tell the time of the day', () => {
    const { title, line } = lines(60);
    expect(line(one)).toMatch(/^12:00:00 {2}nova/);
    expect(line(one).trimEnd().length).toBeLessThanOrEqual(60);
    expect(title().indexOf('SUBJECT')).toBe(line(one).indexOf('compute/42'));
  });
});
