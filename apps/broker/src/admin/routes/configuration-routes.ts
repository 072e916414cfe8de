/** What the broker goes by, what stands on the disk, and taking the one for the other. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Type } from 'typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import type { JsonObject } from '@viaduct/core';
import type { RosterChanges } from '@viaduct/engine';
import { adviceOn, type PlacedAdvice } from '../../config/advice.ts';
import { editorSchema } from '../../config/editor-schema.ts';
import { readConfiguration } from '../../config/load-configuration.ts';
import type { Problem } from '../../config/problem.ts';
import { redactFile } from '../../config/redact-file.ts';
import { messageOf } from '../../error-fields.ts';
import type { AppliedReload } from '../../running/reload-report.ts';
import { type AdminContext, served } from '../context.ts';
import { Refusal } from '../refusal.ts';
import { answers, OBJECT } from '../schemas.ts';

/** Longest text that is checked, characters: as large as a file may be. */
const TEXT_LENGTH_MAX = 1024 * 1024;

const PROBLEM = Type.Object({
  code: Type.String(),
  line: Type.Optional(Type.Integer({ description: 'From 1; missing for the whole file.' })),
  path: Type.String(),
  message: Type.String(),
  advice: Type.String(),
});

const ADVICE = Type.Object({
  line: Type.Integer(),
  path: Type.String(),
  message: Type.String(),
});

const CHECKED = {
  ok: Type.Boolean(),
  problems: Type.Array(PROBLEM),
  advice: Type.Array(ADVICE),
};

const SHOWN = Type.Object({
  file: Type.String(),
  running: Type.Object({
    text: Type.Optional(Type.String({ description: 'Secrets are `***`.' })),
    advice: Type.Array(ADVICE),
  }),
  disk: Type.Object({
    ...CHECKED,
    text: Type.Optional(Type.String({ description: 'Missing where it cannot be read.' })),
  }),
  isSame: Type.Boolean({ description: 'Whether the texts are equal, secrets included.' }),
});

/** What is wrong with a text, and what is worth knowing of it. */
export interface CheckedBody {
  readonly ok: boolean;
  readonly problems: readonly Problem[];
  readonly advice: readonly PlacedAdvice[];
}

/** What the broker goes by, and what stands on the disk. */
export interface ConfigurationBody {
  readonly file: string;
  readonly running: { readonly text?: string; readonly advice: readonly PlacedAdvice[] };
  /** `text` is missing where it cannot be read, or holds what cannot be shown without secrets. */
  readonly disk: CheckedBody & { readonly text?: string };
  /** Whether the texts are equal, secrets included. */
  readonly isSame: boolean;
}

/** Registers `/api/v1/configuration`. */
export function configurationRoutes(plain: FastifyInstance, context: AdminContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['configuration'];

  const show = { tags, summary: 'What runs, and what stands on disk.', response: answers(SHOWN) };
  app.get('/api/v1/configuration', { schema: show }, async (): Promise<ConfigurationBody> => {
    const { configuration } = served(context).broker;
    const { file, text } = configuration;
    const onDisk = await readFile(file, 'utf8').catch(
      (error: unknown) => new Error(messageOf(error)),
    );
    const running = {
      ...(await shown(text, context)),
      advice: adviceOn(configuration),
    };
    if (typeof onDisk !== 'string') {
      const disk = { ok: false, problems: [unreadable(onDisk)], advice: [] };
      return { file, running, disk, isSame: false };
    }
    const disk = { ...(await shown(onDisk, context)), ...(await check(file, onDisk, context)) };
    return { file, running, disk, isSame: onDisk === text };
  });

  const editing = {
    tags,
    summary: 'The JSON Schema of a configuration file, for editors: as `viaduct schema` prints it.',
    response: answers(OBJECT),
  };
  app.get('/api/v1/configuration/schema', { schema: editing }, () =>
    editorSchema(context.adapters),
  );

  const body = Type.Object(
    { text: Type.String({ maxLength: TEXT_LENGTH_MAX }) },
    { additionalProperties: false },
  );
  const checking = {
    tags,
    summary: 'Everything that is wrong with a text, as `viaduct check` says it. Changes nothing.',
    body,
    response: answers(Type.Object(CHECKED)),
  };
  // Files and variables that it names are read: not for viewers.
  const config = { access: 'operator', changes: false } as const;
  app.post('/api/v1/configuration/check', { schema: checking, config }, (request) =>
    check(served(context).broker.configuration.file, request.body.text, context),
  );

  const reload = {
    tags,
    summary: 'Go by the file on disk. A file with problems changes nothing (422).',
    response: answers(OBJECT),
  };
  app.post('/api/v1/configuration/reload', { schema: reload }, async (request) => {
    const report = await served(context).broker.reload();
    if (report.ok) {
      request.auditedResult = changesIn(report);
      return report;
    }
    const { message, problems } = report;
    throw new Refusal(422, 'VIA_ADMIN_REQUEST', message, { problems });
  });
}

/** What a reload has changed, by name. */
function changesIn({ sources, sinks, routesChanged }: AppliedReload): JsonObject {
  const names = (changes: RosterChanges): JsonObject => {
    const { added, changed, removed } = changes;
    return { added, changed, removed };
  };
  return { sources: names(sources), sinks: names(sinks), routesChanged };
}

async function shown(text: string, { adapters }: AdminContext): Promise<{ text?: string }> {
  const redacted = await redactFile(text, adapters);
  return redacted === undefined ? {} : { text: redacted };
}

async function check(file: string, text: string, context: AdminContext): Promise<CheckedBody> {
  const { adapters, environment } = context;
  const around = { environment, folder: dirname(resolve(file)) };
  const read = await readConfiguration(file, text, adapters, around);
  if (!read.ok) return { ok: false, problems: read.error, advice: [] };
  return { ok: true, problems: [], advice: adviceOn(read.value) };
}

function unreadable({ message }: Error): Problem {
  return {
    code: 'VIA_BROKER_CONFIG_UNREADABLE',
    line: undefined,
    path: '',
    message,
    advice: 'Put the file back; the broker goes on with what it read before.',
  };
}
