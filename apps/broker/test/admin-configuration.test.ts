import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../src/config/load-configuration.ts';
import { WEATHER } from './weather-adapter.ts';

async function read(admin: string, environment: Readonly<Record<string, string>> = {}) {
  const text = `
broker: { admin: ${admin} }
sources: { roof: { adapter: weather, url: "weather://roof" } }
sinks: { hall: { adapter: weather } }
routes: [{ from: roof, to: hall }]
`;
  return readConfiguration('viaduct.yaml', text, WEATHER, { environment, folder: '/etc/viaduct' });
}

async function problems(admin: string): Promise<readonly string[]> {
  const result = await read(admin);
  return result.ok
    ? []
    : result.error.map(({ code, path, message }) => `${code} ${path} ${message}`);
}

const TOKEN = 'token: 0123456789abcdefghijkl';

describe('broker.admin', () => {
  it('is on loopback where nothing is written, and knows that nothing was', async () => {
    const result = await read('{}');
    expect(result.ok && result.value.broker.admin).toMatchObject({
      listen: '127.0.0.1:8080',
      isListenWritten: false,
    });
    const written = await read('{ listen: "127.0.0.1:8080" }');
    expect(written.ok && written.value.broker.admin.isListenWritten).toBe(true);
  });

  it.each(['0.0.0.0:8080', '[::]:8080', '192.0.2.1:80', 'viaduct.example.org:80'])(
    'does not start on %s unless somebody is asked who he is',
    async (listen) => {
      const [problem] = await problems(`{ listen: "${listen}" }`);
      expect(problem).toMatch(/^VIA_ADMIN_UNPROTECTED broker.admin.listen /);
      expect(await problems(`{ listen: "${listen}", tokens: [{ name: a, ${TOKEN} }] }`)).toEqual(
        [],
      );
    },
  );

  it.each(['none', 'localhost:1', '127.0.0.5:80', '[::1]:8080'])('starts on %s', async (listen) => {
    expect(await problems(`{ listen: "${listen}" }`)).toEqual([]);
  });

  it.each(['8080', 'localhost', ':8080', '::1:8080', 'a b:80'])(
    'does not take %j for an address',
    async (listen) => {
      const [problem] = await problems(`{ listen: "${listen}" }`);
      expect(problem).toMatch(/^VIA_BROKER_CONFIG_VALUE broker.admin.listen /);
    },
  );

  it('wants a token or its file, and names that differ', async () => {
    expect(
      await problems(
        `{ tokens: [{ name: a }, { name: b, ${TOKEN}, file: t }, { name: b, file: t }] }`,
      ),
    ).toEqual([
      expect.stringMatching(/tokens\[0\] there is no token/),
      expect.stringMatching(/tokens\[1\] there is a token and a file/),
      expect.stringMatching(/tokens\[2\].name "b" stands twice/),
    ]);
  });

  it('shows neither a token nor a password that is wrong', async () => {
    const found = await problems(
      '{ tokens: [{ name: a, token: hunter2 }], users: [{ name: b, password: hunter3 }] }',
    );
    expect(found).toHaveLength(2);
    expect(found.join('\n')).not.toMatch(/hunter/);
  });

  it('takes a token from the environment and resolves a file from the folder', async () => {
    const result = await read(
      '{ tokens: [{ name: a, token: "${T}" }, { name: b, role: operator, file: ./token }] }',
      { T: '0123456789abcdefghijkl' },
    );
    expect(result.ok && result.value.broker.admin.tokens).toEqual([
      { name: 'a', role: 'viewer', token: '0123456789abcdefghijkl' },
      { name: 'b', role: 'operator', file: '/etc/viaduct/token' },
    ]);
  });

  it('reports what is of another type, and goes on', async () => {
    expect(await problems('{ tokens: 5, users: [7], listen: 3 }')).toHaveLength(3);
    expect(await problems('5')).toHaveLength(1);
  });
});
