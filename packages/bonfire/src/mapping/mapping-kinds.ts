import { KINDS, type CanonicalEvent, type Kind } from '@viaduct/core';

/** BonFIRE's object types (its documentation, R4.1; `router` is in its API), and what they are. */
const KIND_OF_OBJECT: ReadonlyMap<string, Kind> = new Map([
  ['experiment', 'experiment'],
  ['compute', 'compute'],
  ['network', 'network'],
  ['storage', 'storage'],
  ['site_link', 'site-link'],
  ['sitelink', 'site-link'],
  ['router', 'network'],
]);

/**
 * The kind of an object type. What Viaduct itself writes for kinds that BonFIRE does not have is
 * read back; anything else is a `service`, its own noun in `resource.type`.
 */
export function kindOfObject(objectType: string): Kind {
  const word = objectType.toLowerCase();
  const known = KIND_OF_OBJECT.get(word);
  if (known !== undefined) return known;
  const kind = word.replaceAll('_', '-');
  return (KINDS as readonly string[]).includes(kind) ? (kind as Kind) : 'service';
}

/** Whether a word is one of BonFIRE's own object types. */
export function isObjectType(word: string): boolean {
  return KIND_OF_OBJECT.has(word.toLowerCase());
}

/** What a kind is called in a message, and where its objects lie in the API. */
export interface ObjectNoun {
  readonly objectType: string;
  /** The word for many of them in a path. */
  readonly collection: string;
  /** Whether BonFIRE has such objects; what it lacks goes under the canonical kind's own name. */
  readonly native: boolean;
}

const noun = (objectType: string, native = true, collection = `${objectType}s`): ObjectNoun => ({
  objectType,
  collection,
  native,
});

const NOUN_OF_KIND: Readonly<Partial<Record<Kind, ObjectNoun>>> = {
  experiment: noun('experiment'),
  compute: noun('compute'),
  network: noun('network'),
  storage: noun('storage'),
  'site-link': noun('site_link'),
  image: noun('storage'),
  deployment: noun('experiment'),
};

/** What counts as such an object in the words of other dialects: a port is no network. */
const NATIVE_TYPES: ReadonlySet<string> = new Set([
  ...['experiment', 'deployment', 'stack'],
  ...['compute', 'instance', 'server', 'vm'],
  ...['network', 'net', 'vnet', 'vn', 'router'],
  ...['storage', 'volume', 'image', 'disk'],
  ...['site_link', 'site-link'],
]);

/**
 * The noun of a resource. A deployment is an experiment (a set of resources that live and end
 * together), an image a storage of type OS: the nearest that BonFIRE has. Hosts, executions, ports,
 * flavors and the like are no objects of BonFIRE's; under one of its nouns they would be counted
 * and billed as such, so they keep their own, which its programs pass over.
 */
export function nounOf({ origin, data }: CanonicalEvent): ObjectNoun {
  const { kind, type } = data.resource;
  if (origin === 'bonfire' && type !== undefined) return ownNoun(type);
  const native = NOUN_OF_KIND[kind];
  if (native === undefined) return plainNoun(kind.replaceAll('-', '_'));
  if (type === undefined || NATIVE_TYPES.has(type.toLowerCase())) return native;
  return plainNoun(type.toLowerCase().replace(/[^a-z0-9]+/g, '_') || kind);
}

/** The word that the message itself had. */
function ownNoun(objectType: string): ObjectNoun {
  return noun(objectType, isObjectType(objectType));
}

function plainNoun(objectType: string): ObjectNoun {
  return noun(objectType, false, objectType === 'identity' ? 'identities' : `${objectType}s`);
}
