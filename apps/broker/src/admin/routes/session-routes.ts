/** Signing in to the console, and out. */
import { Type } from 'typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Door, NOBODY, SESSION_COOKIE } from '../access.ts';
import type { AdminContext } from '../context.ts';
import { PASSWORD_LENGTH_MAX, type Principal, TOKEN_LENGTH_MAX } from '../principal.ts';
import { Refusal } from '../refusal.ts';
import { answers, TIME } from '../schemas.ts';

/** Attempts to sign in of one address in a minute. */
const ATTEMPTS_PER_MINUTE = 10;

const SESSION = Type.Object({
  isSignedIn: Type.Boolean({ description: 'Whether this request may do more than sign in.' }),
  isRequired: Type.Boolean({
    description: 'Whether somebody who is not signed in may do nothing.',
  }),
  hasUsers: Type.Boolean({ description: 'Whether there are users with passwords.' }),
  who: Type.Optional(Type.String()),
  role: Type.Optional(Type.Union([Type.Literal('viewer'), Type.Literal('operator')])),
});

const CREDENTIALS = Type.Union([
  Type.Object(
    {
      name: Type.String({ maxLength: 64 }),
      password: Type.String({ maxLength: PASSWORD_LENGTH_MAX }),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    { token: Type.String({ maxLength: TOKEN_LENGTH_MAX }) },
    { additionalProperties: false },
  ),
]);

/** Registers `/api/v1/session`. */
export function sessionRoutes(plain: FastifyInstance, context: AdminContext, door: Door): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['session'];
  const hasUsers = context.passwords.size > 0;
  const isRequired = door.kind === 'network' && door.isGuarded;
  const sessionOf = (principal: Principal) => ({
    isSignedIn: principal !== NOBODY,
    isRequired,
    hasUsers,
    ...(principal === NOBODY ? {} : principal),
  });

  const about = { tags, summary: 'Who asks.', security: [], response: answers(SESSION) };
  app.get('/api/v1/session', { config: { access: 'open' }, schema: about }, (request) =>
    sessionOf(request.principal),
  );

  const rateLimit = { max: ATTEMPTS_PER_MINUTE, timeWindow: 60_000 };
  const begin = {
    tags,
    summary: 'Sign in with a name and password, or with a token; answers with a cookie.',
    security: [],
    body: CREDENTIALS,
    response: answers(Type.Intersect([SESSION, Type.Object({ expiresAt: TIME })])),
  };
  app.post(
    '/api/v1/session',
    { config: { access: 'open', rateLimit }, schema: begin },
    async (request, reply) => {
      if ('name' in request.body) request.auditedFacts = { name: request.body.name };
      const principal = await recognise(request.body, context);
      if (principal === undefined) {
        const message = 'that name and password, or that token, is not known';
        throw new Refusal(401, 'VIA_ADMIN_UNAUTHENTICATED', message);
      }
      request.principal = principal;
      const { secret, expiresAt } = context.sessions.begin(principal);
      setCookie(reply, secret, context.settings.sessionMs, door);
      return { ...sessionOf(principal), expiresAt };
    },
  );

  const end = { tags, summary: 'Sign out.', response: { 204: Type.Null() } };
  app.delete(
    '/api/v1/session',
    { config: { access: 'viewer' }, schema: end },
    async (request, reply) => {
      const secret = request.cookies[SESSION_COOKIE];
      if (secret !== undefined) context.sessions.end(secret);
      return reply.clearCookie(SESSION_COOKIE, { path: '/' }).code(204).send(null);
    },
  );
}

type Credentials =
  { readonly name: string; readonly password: string } | { readonly token: string };

async function recognise(
  credentials: Credentials,
  { tokens, passwords }: AdminContext,
): Promise<Principal | undefined> {
  if ('token' in credentials) return tokens.find(credentials.token);
  return passwords.find(credentials.name, credentials.password);
}

function setCookie(reply: FastifyReply, secret: string, sessionMs: number, door: Door): void {
  const isTls = door.kind === 'network' && door.isTls;
  void reply.setCookie(SESSION_COOKIE, secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: isTls,
    maxAge: Math.floor(sessionMs / 1000),
  });
}
