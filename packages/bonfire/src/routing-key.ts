/** A routing key of the exchange `resourceUsage`: `res-mng.compute.state.stopped.done`. */
export interface UsageKey {
  readonly source: string;
  readonly objectType: string;
  /** `create`, `state.stopped.done`. */
  readonly eventType: string;
}

/** Reads a key by its structure; `undefined` where it has none, as an experiment's opaque key. */
export function parseUsageKey(key: string | undefined): UsageKey | undefined {
  const [source = '', objectType = '', ...rest] = (key ?? '').split('.');
  return rest.length === 0 ? undefined : { source, objectType, eventType: rest.join('.') };
}

/** Whether a key is one of the users' exchange: opaque, so without words. */
export function isExperimentKey(key: string | undefined): key is string {
  return key !== undefined && key !== '' && !key.includes('.');
}

/** Writes a key; words may hold anything, and none becomes two. */
export function formatUsageKey({ source, objectType, eventType }: UsageKey): string {
  const words = eventType.split('.').map(keyWord).join('.');
  return `${keyWord(source)}.${keyWord(objectType)}.${words}`;
}

/** A text as one word of a key: no dots, blanks or wildcards. */
function keyWord(text: string): string {
  return text.replace(/[.\s*#]+/g, '-');
}
