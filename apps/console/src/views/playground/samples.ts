/** Messages to pick, all in one file that is loaded beside the page. */

/** A message to pick. */
export interface Sample {
  /** What it tells, in words: `compute failed`. */
  readonly title: string;
  /** Its text in the JSON form of the dialect. */
  readonly text: string;
}

/** The messages of a dialect, by what they tell. */
export async function loadSamples(dialect: string): Promise<readonly Sample[]> {
  const { SAMPLE_FILES } = await import('./sample-files.ts');
  return Object.entries(SAMPLE_FILES).flatMap(([path, text]) => {
    const match = /([^/]+)\.([^./]+)\.native\.json$/.exec(path);
    if (match?.[2] !== dialect) return [];
    return [{ title: (match[1] ?? '').replaceAll('-', ' '), text }];
  });
}
