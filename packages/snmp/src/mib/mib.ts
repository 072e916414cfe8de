import { KINDS, type Kind } from '@viaduct/core';
import { ENUMERATIONS, KIND_NUMBERS, type EnumerationName } from './mapping-numbers.ts';
import { MIB_OBJECTS, type MibObject, type Syntax } from './mapping-objects.ts';
import { DEFAULT_ENTERPRISE_BASE, HEARTBEAT_NUMBER, NOTIFICATION_CLASSES } from '../mapping.ts';
import type { NotificationClass } from '../mapping.ts';
import { parseOid } from '../wire/oid.ts';

/** When the module last changed, as SMIv2 writes it. Changes with the tables it is made from. */
const LAST_UPDATED = '202611210000Z';

/** Under which roots a base may be: what SNMPv2-SMI names. */
const ROOTS = [
  { oid: '1.3.6.1.4.1.', name: 'enterprises' },
  { oid: '1.3.6.1.3.', name: 'experimental' },
] as const;

/** What {@link formatMib} accepts as a base, for people. */
export const ENTERPRISE_BASE_PATTERN = '^1\\.3\\.6\\.1\\.(4\\.1|3)(\\.[1-9][0-9]{0,9})+$';

/** Whether an object identifier can be the base of the module. */
export function isEnterpriseBase(base: string): boolean {
  return new RegExp(ENTERPRISE_BASE_PATTERN).test(base) && parseOid(base) !== undefined;
}

/**
 * The text of VIADUCT-MIB (SMIv2, RFC 2578 to 2580) under a base; the copy in `mibs/` is the one
 * under the default base. A base for which {@link isEnterpriseBase} is false gives the default.
 */
export function formatMib(base: string = DEFAULT_ENTERPRISE_BASE): string {
  const known = isEnterpriseBase(base) ? base : DEFAULT_ENTERPRISE_BASE;
  const notifications = [heartbeat(), ...KINDS.flatMap(notificationsOf)];
  const sections = [
    head(known),
    ...Object.keys(ENUMERATIONS).map((name) => enumeration(name as EnumerationName)),
    ...MIB_OBJECTS.toSorted((one, other) => one.id - other.id).map(objectType),
    ...notifications.map(({ text }) => text),
    conformance(notifications.map(({ name }) => name)),
  ];
  return `${sections.join('\n\n')}\n\nEND\n`;
}

/** The number of a notification below `viaductNotifications`. */
export function notificationNumber(kind: Kind, type: NotificationClass): number {
  return KIND_NUMBERS[kind] * 100 + NOTIFICATION_CLASSES[type].id;
}

function head(base: string): string {
  const root = ROOTS.find(({ oid }) => base.startsWith(oid)) ?? ROOTS[0];
  const place = `${root.name} ${base.slice(root.oid.length).split('.').join(' ')}`;
  return `-- Made from the tables of @viaduct/snmp; do not edit.

VIADUCT-MIB DEFINITIONS ::= BEGIN

IMPORTS
    MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE, Integer32, Unsigned32,
    ${root.name}
        FROM SNMPv2-SMI
    TEXTUAL-CONVENTION, DateAndTime
        FROM SNMPv2-TC
    MODULE-COMPLIANCE, OBJECT-GROUP, NOTIFICATION-GROUP
        FROM SNMPv2-CONF;

viaduct MODULE-IDENTITY
    LAST-UPDATED "${LAST_UPDATED}"
    ORGANIZATION "The Viaduct project"
    CONTACT-INFO "The operator of the broker that sends these notifications."
    DESCRIPTION
        "Events of clouds, orchestrators and network managers, as the
        event broker Viaduct tells them to managers. There is nothing
        to be polled: every object is carried by notifications only."
    REVISION "${LAST_UPDATED}"
    DESCRIPTION
        "First version."
    ::= { ${place} }

viaductNotifications OBJECT IDENTIFIER ::= { viaduct 0 }
viaductObjects       OBJECT IDENTIFIER ::= { viaduct 1 }
viaductConformance   OBJECT IDENTIFIER ::= { viaduct 2 }
viaductGroups        OBJECT IDENTIFIER ::= { viaductConformance 1 }
viaductCompliances   OBJECT IDENTIFIER ::= { viaductConformance 2 }

ViaductText ::= TEXTUAL-CONVENTION
    DISPLAY-HINT "255t"
    STATUS current
    DESCRIPTION
        "A text in UTF-8."
    SYNTAX OCTET STRING (SIZE (0..255))

ViaductLongText ::= TEXTUAL-CONVENTION
    DISPLAY-HINT "1024t"
    STATUS current
    DESCRIPTION
        "A longer text in UTF-8."
    SYNTAX OCTET STRING (SIZE (0..1024))`;
}

function enumeration(name: EnumerationName): string {
  const labels = Object.entries(ENUMERATIONS[name]).map(([word, id]) => `${label(word)}(${id})`);
  return `${name} ::= TEXTUAL-CONVENTION
    STATUS current
    DESCRIPTION
        "A closed list; none stands for what is not known or not said."
    SYNTAX INTEGER {
        ${['none(0)', ...labels].join(',\n        ')}
    }`;
}

/** A word as SMIv2 allows it: letters and digits, a small letter first. */
function label(word: string): string {
  return word.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

const SYNTAXES: Readonly<Partial<Record<Syntax, string>>> = {
  text: 'ViaductText',
  longText: 'ViaductLongText',
  textList: 'ViaductLongText',
  dateAndTime: 'DateAndTime',
};

function objectType({ id, name, syntax, description }: MibObject): string {
  return `viaduct${name} OBJECT-TYPE
    SYNTAX ${SYNTAXES[syntax] ?? syntax}
    MAX-ACCESS accessible-for-notify
    STATUS current
    DESCRIPTION
        ${quoted(description)}
    ::= { viaductObjects ${id} }`;
}

interface Notification {
  readonly name: string;
  readonly text: string;
}

function notificationsOf(kind: Kind): readonly Notification[] {
  const objects = MIB_OBJECTS.filter(({ presence }) => presence === 'always');
  const names = objects.map(({ name }) => `viaduct${name}`);
  return Object.keys(NOTIFICATION_CLASSES).map((type) =>
    notification(
      `viaduct${capital(label(kind))}${type}`,
      names,
      `${capital(kind)}: ${NOTIFICATION_CLASSES[type as NotificationClass].description}`,
      notificationNumber(kind, type as NotificationClass),
    ),
  );
}

function heartbeat(): Notification {
  return notification(
    'viaductHeartbeat',
    ['viaductEventTime'],
    'The broker runs and can send. Its absence is the alarm.',
    HEARTBEAT_NUMBER,
  );
}

function notification(
  name: string,
  objects: readonly string[],
  description: string,
  id: number,
): Notification {
  return {
    name,
    text: `${name} NOTIFICATION-TYPE
    OBJECTS {
        ${objects.join(',\n        ')}
    }
    STATUS current
    DESCRIPTION
        ${quoted(description)}
    ::= { viaductNotifications ${id} }`,
  };
}

function conformance(notifications: readonly string[]): string {
  return `viaductObjectGroup OBJECT-GROUP
    OBJECTS {
        ${MIB_OBJECTS.map(({ name }) => `viaduct${name}`).join(',\n        ')}
    }
    STATUS current
    DESCRIPTION
        "Everything that notifications carry."
    ::= { viaductGroups 1 }

viaductNotificationGroup NOTIFICATION-GROUP
    NOTIFICATIONS {
        ${notifications.join(',\n        ')}
    }
    STATUS current
    DESCRIPTION
        "Every notification."
    ::= { viaductGroups 2 }

viaductCompliance MODULE-COMPLIANCE
    STATUS current
    DESCRIPTION
        "What a broker sends."
    MODULE
        MANDATORY-GROUPS {
            viaductObjectGroup,
            viaductNotificationGroup
        }
    ::= { viaductCompliances 1 }`;
}

/** A description in lines of at most 70 characters. */
function quoted(text: string): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length > 62) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return `"${lines.join('\n        ')}"`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
