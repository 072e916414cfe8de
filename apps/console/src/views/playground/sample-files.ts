/** Messages to begin with: those of the translation matrix, which the golden tests hold. */
export const SAMPLE_FILES: Readonly<Record<string, string>> = import.meta.glob<string>(
  '../../../../broker/fixtures/matrix/*.native.json',
  { query: '?raw', import: 'default', eager: true },
);
