import {
  fail,
  ok,
  pythonJson,
  type CanonicalEvent,
  type CodecError,
  type Invention,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import { toBase64 } from '../wire/base64.ts';
import type { EncodeSettings } from './encode-options.ts';
import { decodeCloudify } from '../decode/decode-cloudify.ts';
import { carriedByReadBack, type Carried } from './losses.ts';
import {
  CLOUDIFY,
  CLOUDIFY_OBJECTS,
  CLOUDIFY_ORDER,
  CLOUDIFY_SHIPPED_ORDER,
  PARAMETERS_NAME,
  type CloudifyObject,
} from '../mapping.ts';
import type { SnmpNotification, SnmpVarbind, SnmpVersion } from '../message.ts';
import { shortened, utf8Length } from '../wire/octets.ts';
import { workflowNumberOf } from './workflow-event.ts';

/** A trap of CLOUDIFY-MIB, what it carries and what was filled in. */
export interface CloudifyTrap {
  readonly notification: SnmpNotification;
  readonly carried: Carried;
  readonly invented: readonly Invention[];
}

/** The longest values: DisplayString of SNMPv2-TC, and the MIB's own UTF8String. */
const DISPLAY_STRING_BYTES = 255;
const UTF8_STRING_BYTES = 512;

/** Nesting of a workflow's parameters that is written; what lies deeper is cut to null. */
const PARAMETERS_DEPTH_MAX = 64;

const FAILED = 5;

/** A text and the field of the event that it says. */
interface Said {
  readonly text: string;
  readonly path: string;
}

/** Writes an event as a workflow event: as the MIB says, or as the product really sends it. */
export function encodeCloudify(
  event: CanonicalEvent,
  settings: EncodeSettings,
  version: SnmpVersion,
): Result<CloudifyTrap, CodecError> {
  const number = workflowNumberOf(event);
  const invented: Invention[] = [];
  const said = saidOf(event, invented);
  const isShipped = settings.profile === 'cloudify-as-shipped';
  if (isShipped) {
    const problem = shippedProblem(number, said);
    if (problem !== undefined) return problem;
  }
  const truncated: string[] = [];
  const varbinds: SnmpVarbind[] = [];
  for (const name of isShipped ? CLOUDIFY_SHIPPED_ORDER : CLOUDIFY_ORDER) {
    if (name === 'error' && number !== FAILED) continue;
    const oid = `${CLOUDIFY.properties}.${CLOUDIFY_OBJECTS[name]}${isShipped ? '' : '.0'}`;
    if (name === 'timestamp') {
      // RFC 3584: a v1 trap holds no Counter64.
      if (version === 'v1') continue;
      varbinds.push({ oid, type: 'Counter64', value: secondsOf(event.time) });
    } else if (isShipped) {
      varbinds.push(latin1Varbind(oid, said[name].text));
    } else {
      const { text, isShort } = asTheMibSays(name, said[name].text);
      if (isShort) truncated.push(said[name].path);
      varbinds.push({ oid, type: 'OctetString', value: text });
    }
  }
  const notification: SnmpNotification = {
    version,
    pdu: settings.pdu ?? 'trap',
    ...(isShipped ? { upTime: 0 } : {}), // a new engine for every trap
    trapOid: `${CLOUDIFY.notifications}.${number}`,
    varbinds,
  };
  const back = decodeCloudify(notification);
  return ok({ notification, carried: carriedByReadBack(event, back, truncated), invented });
}

type SaidTexts = Readonly<Record<Exclude<CloudifyObject, 'timestamp'>, Said>>;

/** What each varbind says of the event; an event of another kind follows one rule for each. */
function saidOf(event: CanonicalEvent, invented: Invention[]): SaidTexts {
  const { resource, actor, correlation, attributes, message, action } = event.data;
  const isExecution = resource.kind === 'execution';
  const invent = (object: string, rule: string): void =>
    void invented.push({ path: `cloudify${object}`, rule });
  const known = isExecution ? resource.id : correlation?.executionId;
  const own = known ?? correlation?.requestId;
  if (own === undefined) invent('ExecutionID', 'no execution: the id of the event');
  else if (known === undefined) invent('ExecutionID', 'no execution: the request');
  if (!isExecution) invent('WorkflowName', 'no workflow: the action');
  else if (resource.name === undefined) invent('WorkflowName', 'no name known: empty');
  const project = actor?.project?.name ?? actor?.project?.id;
  const tenant = project ?? actor?.group?.name ?? actor?.group?.id;
  if (tenant === undefined) invent('TenantName', 'no project known: default_tenant');
  else if (project === undefined) invent('TenantName', 'no project known: the group');
  if (!isExecution && resource.kind !== 'deployment')
    invent('DeploymentID', 'no deployment: the resource');
  const parameters = parametersOf(event);
  if (parameters === undefined) invent('WorkflowParameters', 'no parameters known: {}');
  const hasError = attributes?.errorMessage !== undefined;
  return {
    executionId: {
      text: own ?? event.id,
      path: isExecution ? 'data.resource.id' : 'data.correlation.executionId',
    },
    workflowName: isExecution
      ? { text: resource.name ?? '', path: 'data.resource.name' }
      : { text: action, path: 'data.action' },
    tenantName: {
      text: tenant ?? 'default_tenant',
      path: `data.actor.project.${actor?.project?.name === undefined ? 'id' : 'name'}`,
    },
    deploymentId: isExecution
      ? { text: resource.parent?.id ?? '', path: 'data.resource.parent.id' }
      : { text: resource.id, path: 'data.resource.id' },
    parameters: {
      text: pythonJson(parameters?.value ?? {}, PARAMETERS_DEPTH_MAX),
      path: `data.attributes.extra[${parameters?.index ?? 0}].value`,
    },
    error: {
      text: attributes?.errorMessage ?? message ?? '',
      path: hasError ? 'data.attributes.errorMessage' : 'data.message',
    },
  };
}

function parametersOf({
  data,
}: CanonicalEvent): { readonly index: number; readonly value: JsonValue } | undefined {
  const extra = data.attributes?.extra ?? [];
  const index = extra.findIndex(({ name }) => name === PARAMETERS_NAME);
  return index < 0 ? undefined : { index, value: extra[index]?.value ?? null };
}

/** The limits of the MIB: what is too long is replaced or shortened, as its text promises. */
function asTheMibSays(
  name: CloudifyObject,
  text: string,
): { readonly text: string; readonly isShort: boolean } {
  if (name === 'parameters') {
    const bytes = utf8Length(text);
    if (bytes <= UTF8_STRING_BYTES) return { text, isShort: false };
    const notice = `{"message": "the parameters are too long: ${bytes} bytes"}`;
    return { text: notice, isShort: true };
  }
  if (name === 'error') {
    const short = shortened(text, UTF8_STRING_BYTES);
    return { text: short, isShort: short !== text };
  }
  const ascii = text.replace(/[^\x20-\x7e]/gu, '?'); // DisplayString: ASCII, nothing else
  return {
    text: ascii.slice(0, DISPLAY_STRING_BYTES),
    isShort: ascii.length > DISPLAY_STRING_BYTES,
  };
}

/** The cases in which the product's own code fails, so that no trap leaves (observed). */
function shippedProblem(number: number, said: SaidTexts): Result<never, CodecError> | undefined {
  const { executionId, workflowName, tenantName, deploymentId, parameters, error } = said;
  if (utf8Length(parameters.text) > UTF8_STRING_BYTES) {
    return sendsNone(`the parameters take more than ${UTF8_STRING_BYTES} bytes`);
  }
  if (number === FAILED && utf8Length(error.text) > UTF8_STRING_BYTES) {
    return sendsNone(`the error takes more than ${UTF8_STRING_BYTES} bytes`);
  }
  const texts = [executionId, workflowName, tenantName, deploymentId];
  if (number === FAILED) texts.push(error);
  const foreign = texts.find(({ text }) => /[^\x00-\xff]/.test(text));
  return foreign === undefined
    ? undefined
    : sendsNone(`${JSON.stringify(foreign.text.slice(0, 80))} is not ISO 8859-1`);
}

function sendsNone(why: string): Result<never, CodecError> {
  return fail({
    code: 'VIA_SNMP_CLOUDIFY_SENDS_NONE',
    message: `profile cloudify-as-shipped: the product sends no trap: ${why}`,
  });
}

function secondsOf(time: string): number {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? 0 : Math.max(0, Math.floor(ms / 1000));
}

/** The product writes ISO 8859-1; ASCII is the same in both. */
function latin1Varbind(oid: string, text: string): SnmpVarbind {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return bytes.some((byte) => byte > 0x7e || byte < 0x20)
    ? { oid, type: 'OctetString', valueBase64: toBase64(bytes) }
    : { oid, type: 'OctetString', value: text };
}
