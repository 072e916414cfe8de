/** One message in another dialect, as `viaduct translate` does it, and what there is to choose. */
import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import type { Codec, JsonValue } from '@viaduct/core';
import { readMessageText, translate } from '@viaduct/translation';
import { suggest } from '../../config/nearest-name.ts';
import { adapterListing } from '../../command/adapters.ts';
import { messageOf } from '../../error-fields.ts';
import type { AdminContext } from '../context.ts';
import { Refusal } from '../refusal.ts';
import { answers, EVENT, MOMENT, OBJECT } from '../schemas.ts';

const REQUEST = Type.Object(
  {
    from: Type.String({ maxLength: 64, description: 'The dialect it is written in.' }),
    to: Type.String({ maxLength: 64 }),
    message: Type.Unknown({
      description:
        'A text as it was pasted (XML, JSON), or the message as JSON: in the form of its ' +
        'dialect, or its bare body.',
    }),
    system: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    at: Type.Optional(MOMENT),
    explain: Type.Optional(Type.Boolean({ description: 'Where each value came from.' })),
  },
  { additionalProperties: false },
);

const TRANSLATION = Type.Object({
  events: Type.Array(EVENT, { description: 'Empty: understood, and no event.' }),
  natives: Type.Array(OBJECT),
  losses: Type.Array(OBJECT),
  invented: Type.Array(OBJECT),
  explain: Type.Optional(Type.Array(OBJECT)),
});

/** Registers `/api/v1/translate` and `/api/v1/adapters`. */
export function translationRoutes(plain: FastifyInstance, context: AdminContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['translation'];

  const schema = {
    tags,
    summary: 'Translate one message. Nothing of it is stored.',
    body: REQUEST,
    response: answers(TRANSLATION),
  };
  const config = { access: 'viewer', changes: false } as const;
  app.post('/api/v1/translate', { schema, config }, async ({ body }) => {
    const from = await codecOf(body.from, context);
    const to = await codecOf(body.to, context);
    const result = translate(messageIn(body.message), {
      from,
      to,
      system: body.system ?? body.from,
      at: body.at ?? context.clock.now(),
      nonce: randomBytes(16).toString('hex'),
      ordinal: 0,
      explain: body.explain ?? false,
    });
    if (result.ok) return result.value;
    const { code, message, path } = result.error;
    throw new Refusal(422, 'VIA_ADMIN_REQUEST', message, { error: { code, message, path } });
  });

  const adapters = {
    tags,
    summary: 'The dialects, their kinds of sources and sinks, and their options.',
    response: answers(Type.Object({ adapters: Type.Array(OBJECT) })),
  };
  app.get('/api/v1/adapters', { schema: adapters }, async () => {
    const loaded = await Promise.all(context.adapters.map((entry) => entry.load()));
    return { adapters: loaded.map(adapterListing) };
  });
}

async function codecOf(name: string, { adapters }: AdminContext): Promise<Codec<unknown>> {
  const entry = adapters.find((one) => one.name === name);
  if (entry !== undefined) return entry.loadCodec();
  const names = adapters.map((one) => one.name);
  const message = `there is no dialect "${name}". ${suggest(name, names)}`;
  throw new Refusal(400, 'VIA_ADMIN_REQUEST', message);
}

function messageIn(message: unknown): JsonValue {
  if (typeof message !== 'string') return message as JsonValue;
  try {
    return readMessageText(message);
  } catch (error) {
    const text = `message: neither JSON nor XML: ${messageOf(error)}`;
    throw new Refusal(422, 'VIA_ADMIN_REQUEST', text);
  }
}
