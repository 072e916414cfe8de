/** Where on its way something got stuck, for people. */
const WORDS: Readonly<Record<string, string>> = {
  receive: 'received, and could not be read',
  decode: 'could not be understood',
  route: 'a route could not be applied',
  encode: 'could not be said in the dialect of the sink',
  send: 'refused by the sink',
  hook: 'the hook failed',
};

/** A clause; a stage of a newer broker is its own word. */
export function stageWords(stage: string): string {
  return WORDS[stage] ?? stage;
}
