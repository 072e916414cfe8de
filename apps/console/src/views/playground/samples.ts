/** Messages to begin with: those of the translation matrix, which the golden tests hold. */
const FILES = import.meta.glob<string>('../../../../broker/fixtures/matrix/*.native.json', {
  query: '?raw',
  import: 'default',
});

/** A message to pick. */
export interface Sample {
  /** What it tells, in words: `compute failed`. */
  readonly title: string;
  /** Its text in the JSON form of the dialect. */
  readonly load: () => Promise<string>;
}

/** The messages of a dialect, by what they tell. */
export function samplesOf(dialect: string): readonly Sample[] {
  return Object.entries(FILES).flatMap(([path, load]) => {
    const match = /([^/]+)\.([^./]+)\.native\.json$/.exec(path);
    if (match?.[2] !== dialect) return [];
    return [{ title: (match[1] ?? '').replaceAll('-', ' '), load }];
  });
}
