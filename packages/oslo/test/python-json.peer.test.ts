import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '@viaduct/core';
import { pythonJson } from '../src/python-json.ts';

// Python reads each line and writes it anew: what we wrote must come back to the byte.
const PROGRAM = 'import json, sys\nfor line in sys.stdin: print(json.dumps(json.loads(line)))';

test("any JSON is written as Python's json.dumps writes it", () => {
  const values = fc.sample(fc.jsonValue({ maxDepth: 4, noUnicodeString: false }), {
    numRuns: 500,
    seed: 20261121,
  }) as JsonValue[];
  // -0 is an integer in JavaScript and a float in Python.
  const lines = values.map((value) => pythonJson(JSON.parse(JSON.stringify(value)) as JsonValue));
  const python = spawnSync('/usr/bin/python3', ['-c', PROGRAM], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
  });
  expect(python.status, python.stderr).toBe(0);
  expect(python.stdout.trimEnd().split('\n')).toEqual(lines);
});
