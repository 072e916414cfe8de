/**
 * Who may do what: every request passes here before its route. On the socket everybody is the
 * operator, because its file is readable by its owner only. On loopback without tokens too, but
 * then a page in a browser of this machine must not be able to ask: Host and Origin are checked.
 * Anywhere else a token or a session is needed.
 */
import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import type { AdminRole } from '../config/read-admin.ts';
import type { AdminContext } from './context.ts';
import type { Principal } from './principal.ts';
import { Refusal } from './refusal.ts';

/** What a route asks for: `open` is for everybody, be it known or not. */
export type Access = 'open' | AdminRole;

/** Where requests come from. */
export type Door =
  | { readonly kind: 'socket' }
  | {
      readonly kind: 'network';
      readonly isTls: boolean;
      /** Names of this broker, with the port of a proxy or none; `undefined` where any may be. */
      readonly hosts: ReadonlySet<string> | undefined;
      /** Whether a token or a session is needed. */
      readonly isGuarded: boolean;
    };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Default: `viewer` for GET, `operator` for all else. */
    readonly access?: Access;
  }
  interface FastifyRequest {
    principal: Principal;
    /** The secret of the session that it came in. */
    sessionSecret: string | undefined;
    /** The code of the error that it was answered with. */
    problemCode: string | undefined;
  }
}

/** How a token is sent (RFC 6750). */
const BEARER = /^Bearer +(\S+)$/i;

/** The name of the session's cookie. */
export const SESSION_COOKIE = 'viaduct_session';

/** Whoever comes by the socket. */
const LOCAL: Principal = { who: 'local', role: 'operator' };

/** Whoever comes by loopback where nobody is asked. */
const ANONYMOUS: Principal = { who: 'anonymous', role: 'operator' };

/** Somebody unknown at an open route: may do nothing that is not open. */
export const NOBODY: Principal = { who: 'nobody', role: 'viewer' };

/** Who asks; throws a `Refusal` where a page of somebody else does. */
export function principalOf(request: FastifyRequest, door: Door, context: AdminContext): Principal {
  if (door.kind === 'socket') return LOCAL;
  checkHost(request, door.hosts);
  checkOrigin(request, door.isTls);
  return door.isGuarded ? (recognise(request, context) ?? NOBODY) : ANONYMOUS;
}

/** Lets a request in whose principal is known, or throws a `Refusal`. */
export function admit(request: FastifyRequest): void {
  const access = accessOf(request);
  const { principal } = request;
  if (access === 'open') return;
  if (principal === NOBODY) {
    throw new Refusal(401, 'VIA_ADMIN_UNAUTHENTICATED', whyUnknown(request));
  }
  if (access === 'operator' && principal.role !== 'operator') {
    const message = `${principal.who} is a viewer: this takes the role operator`;
    throw new Refusal(403, 'VIA_ADMIN_FORBIDDEN', message);
  }
}

/** What somebody has to do to be known. */
function whyUnknown({ headers: { authorization }, cookies }: FastifyRequest): string {
  if (authorization !== undefined) {
    return BEARER.test(authorization)
      ? 'this broker does not know that token (any more): ask who runs it for another'
      : 'that is no token: send "authorization: Bearer TOKEN"';
  }
  return cookies[SESSION_COOKIE] === undefined
    ? 'send a token (authorization: Bearer …), or sign in to the console'
    : 'your session has ended: sign in again';
}

/** What the route of a request asks for. */
export function accessOf(request: FastifyRequest): Access {
  const { method, routeOptions } = request;
  return accessTo({ method, config: routeOptions.config });
}

/** What a route asks for: of whoever changes something more than of whoever looks. */
export function accessTo({
  method,
  config,
}: {
  readonly method: string | readonly string[];
  readonly config?: FastifyContextConfig;
}): Access {
  const isAllReading = [method].flat().every((one) => isReading({ method: one }));
  return config?.access ?? (isAllReading ? 'viewer' : 'operator');
}

/** Whether a request is for looking only. */
export function isReading({ method }: { readonly method: string }): boolean {
  return method === 'GET' || method === 'HEAD';
}

function recognise(request: FastifyRequest, context: AdminContext): Principal | undefined {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const [, token] = BEARER.exec(authorization) ?? [];
    return token === undefined ? undefined : context.tokens.find(token);
  }
  const secret = request.cookies[SESSION_COOKIE];
  const principal = secret === undefined ? undefined : context.sessions.find(secret);
  if (principal !== undefined) request.sessionSecret = secret;
  return principal;
}

/** A page whose name was rebound to this address sends its own name as host. */
function checkHost(request: FastifyRequest, hosts: ReadonlySet<string> | undefined): void {
  if (hosts === undefined) return;
  const host = request.headers.host?.toLowerCase() ?? '';
  const [, name = '', port = ''] = /^(.*):(\d+)$/.exec(host) ?? [];
  if (hosts.has(host) || (hosts.has(name) && port === String(request.socket.localPort))) return;
  const message =
    `this broker is not "${host.slice(0, 100)}": use localhost:${String(request.socket.localPort)}, or name ` +
    'that host in broker.admin.hosts';
  throw new Refusal(403, 'VIA_ADMIN_ORIGIN', message);
}

/** Only pages of this broker may ask; programs send neither header. */
function checkOrigin(request: FastifyRequest, isTls: boolean): void {
  const { origin, host = '' } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const own = `${isTls ? 'https' : 'http'}://${host}`.toLowerCase();
  const isForeign = origin !== undefined && !isSameOrigin(origin.toLowerCase(), own);
  const isNavigation = isReading(request) && request.headers['sec-fetch-mode'] === 'navigate';
  const isAcross = (site === 'cross-site' || site === 'same-site') && !isNavigation;
  if (!isForeign && !isAcross) return;
  const message = 'a page of another site made this request: only pages of this broker may';
  throw new Refusal(403, 'VIA_ADMIN_ORIGIN', message);
}

/** A proxy in front may speak TLS for us: then only the scheme differs. */
function isSameOrigin(origin: string, own: string): boolean {
  return origin === own || origin.replace(/^https:/, 'http:') === own.replace(/^https:/, 'http:');
}
