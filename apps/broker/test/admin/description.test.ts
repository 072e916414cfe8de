/* eslint-disable @typescript-eslint/no-unsafe-member-access -- the document is JSON */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { startStage } from './stage.ts';

/** What OpenAPI 3.1.0 asks of a document, as far as ours uses it (its §4.8). */
const OPENAPI = {
  type: 'object',
  required: ['openapi', 'info', 'paths'],
  properties: {
    openapi: { const: '3.1.0' },
    info: {
      type: 'object',
      required: ['title', 'version'],
      properties: { title: { type: 'string' }, version: { type: 'string' } },
    },
    paths: {
      type: 'object',
      propertyNames: { pattern: '^/' },
      additionalProperties: {
        type: 'object',
        propertyNames: { enum: ['get', 'put', 'post', 'delete', 'patch'] },
        additionalProperties: { $ref: '#/$defs/operation' },
      },
    },
    tags: { type: 'array', items: { type: 'object', required: ['name'] } },
    components: { type: 'object' },
  },
  $defs: {
    operation: {
      type: 'object',
      required: ['summary', 'tags', 'responses'],
      properties: {
        summary: { type: 'string', minLength: 4 },
        tags: { type: 'array', minItems: 1, items: { type: 'string' } },
        parameters: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name', 'in', 'schema'],
            properties: { in: { enum: ['path', 'query', 'header'] }, name: { type: 'string' } },
            if: { properties: { in: { const: 'path' } } },
            then: { properties: { required: { const: true } }, required: ['required'] },
          },
        },
        requestBody: { type: 'object', required: ['content'] },
        responses: {
          type: 'object',
          minProperties: 1,
          propertyNames: { pattern: '^([1-5][0-9][0-9]|default)$' },
          additionalProperties: { type: 'object', required: ['description'] },
        },
      },
    },
  },
};

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

describe('/openapi.json', () => {
  it('is a document of OpenAPI 3.1 that names every route and parameter', async () => {
    const stage = await startStage();
    const { body } = await stage.get('/openapi.json');
    const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': true } });
    ajv.validate(OPENAPI, body);
    expect(ajv.errors).toBeNull();
    const paths = body.paths as Paths;
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/status',
        '/api/v1/events',
        '/api/v1/events/{id}',
        '/api/v1/events/live',
        '/api/v1/dead-letters/replay',
        '/api/v1/replay',
        '/api/v1/alarms',
        '/api/v1/translate',
        '/api/v1/configuration/reload',
        '/livez',
        '/readyz',
        '/metrics',
      ]),
    );
    expect(Object.keys(paths).filter((path) => /^\/(docs|assets|$|openapi)/.test(path))).toEqual(
      [],
    );
    for (const [path, operations] of Object.entries(paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters = [], responses } of Object.values(operations)) {
        const declared = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
        expect(declared.toSorted(), path).toEqual(named.toSorted());
        for (const { content = {} } of Object.values(responses)) {
          for (const { schema } of Object.values(content)) ajv.compile(schema);
        }
      }
    }
  });

  it('describes what is really answered', async () => {
    const stage = await startStage();
    await stage.post('a');
    const { body } = await stage.get('/openapi.json');
    const paths = body.paths as Paths;
    const ajv = new Ajv2020({ strict: false, formats: { 'date-time': /^\d{4}-/ } });
    const { id } = (await stage.get('/api/v1/events')).body.events[0].event as { id: string };
    const asked: readonly (readonly [path: string, url: string])[] = [
      ['/api/v1/status', '/api/v1/status'],
      ['/api/v1/course', '/api/v1/course'],
      ['/api/v1/sources/{name}', '/api/v1/sources/web'],
      ['/api/v1/sinks/{name}', '/api/v1/sinks/out'],
      ['/api/v1/events', '/api/v1/events'],
      ['/api/v1/events/{id}', `/api/v1/events/${id}`],
      ['/api/v1/events/{id}/as/{dialect}', `/api/v1/events/${id}/as/oslo`],
      ['/api/v1/dead-letters', '/api/v1/dead-letters'],
      ['/api/v1/dead-letters/groups', '/api/v1/dead-letters/groups'],
      ['/api/v1/alarms', '/api/v1/alarms'],
      ['/api/v1/figures', '/api/v1/figures'],
      ['/api/v1/adapters', '/api/v1/adapters'],
      ['/api/v1/configuration', '/api/v1/configuration'],
      ['/api/v1/configuration/schema', '/api/v1/configuration/schema'],
      ['/api/v1/retired-sinks', '/api/v1/retired-sinks'],
      ['/api/v1/work', '/api/v1/work'],
      ['/api/v1/journal/backups', '/api/v1/journal/backups'],
      ['/api/v1/session', '/api/v1/session'],
      ['/livez', '/livez'],
      ['/readyz', '/readyz'],
    ];
    for (const [path, url] of asked) {
      const schema = paths[path]?.get?.responses['200']?.content?.['application/json']?.schema;
      const answer = await stage.get(url);
      expect(answer.status, url).toBe(200);
      expect(schema, path).toBeDefined();
      ajv.validate(schema ?? false, answer.body);
      expect(ajv.errors, url).toBeNull();
    }
    const problem = paths['/api/v1/events/{id}']?.get?.responses.default;
    const missing = (await stage.get('/api/v1/events/none')).body as unknown;
    expect(ajv.validate(problem?.content?.['application/json']?.schema ?? false, missing)).toBe(
      true,
    );
  });

  it('has a viewer that loads nothing from elsewhere', async () => {
    const stage = await startStage();
    const page = await stage.get('/docs/');
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(loaded.length).toBeGreaterThan(3);
    for (const address of loaded) expect(address).toMatch(/^(\.|\/docs)/);
    for (const address of loaded.filter((one) => one?.endsWith('.js'))) {
      const url = new URL(address ?? '', `${stage.url}/docs/`);
      expect((await fetch(url)).status).toBe(200);
    }
  });
});
