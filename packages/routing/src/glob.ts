/**
 * Globs: `*` is any run of characters (none, too), `?` is one character (one code point), `\`
 * before a character means that character. Matching is linear in the common cases, at worst
 * length of text times length of glob; no regular expression that a pattern could blow up.
 */

/** One step of a glob. */
type Step = { readonly text: string } | 'one' | 'any';

/** Whether a text holds a wildcard or an escape, so that plain comparison would be wrong. */
export function isGlob(text: string): boolean {
  return /[*?\\]/.test(text);
}

/** Compiles a glob to a test of whole texts. */
export function compileGlob(glob: string): (text: string) => boolean {
  const steps = parseGlob(glob);
  const [first, second] = steps;
  if (first === undefined) return (text) => text === '';
  if (steps.length === 1) {
    if (first === 'any') return () => true;
    if (first !== 'one') return (text) => text === first.text;
  }
  if (steps.length === 2 && second !== undefined) {
    if (typeof first === 'object' && second === 'any') return (text) => text.startsWith(first.text);
    if (first === 'any' && typeof second === 'object') return (text) => text.endsWith(second.text);
  }
  return (text) => matchSteps(steps, text);
}

/** Whether a text matches any of several globs. */
export function compileGlobs(globs: readonly string[]): (text: string) => boolean {
  const tests = globs.map((glob) => compileGlob(glob));
  if (tests.length === 0) return () => false;
  return (text) => {
    for (const test of tests) if (test(text)) return true;
    return false;
  };
}

function parseGlob(glob: string): readonly Step[] {
  const steps: Step[] = [];
  let literal = '';
  const flush = (): void => {
    if (literal !== '') steps.push({ text: literal });
    literal = '';
  };
  for (let at = 0; at < glob.length; at += 1) {
    const character = glob.charAt(at);
    if (character === '*') {
      flush();
      if (steps.at(-1) !== 'any') steps.push('any');
    } else if (character === '?') {
      flush();
      steps.push('one');
    } else if (character === '\\' && at + 1 < glob.length) {
      at += 1;
      literal += glob.charAt(at);
    } else {
      literal += character;
    }
  }
  flush();
  return steps;
}

/** Greedy with one point to come back to: the last `*`, which then takes one character more. */
function matchSteps(steps: readonly Step[], text: string): boolean {
  let step = 0;
  let at = 0;
  let lastAny = -1;
  let lastAnyAt = 0;
  for (;;) {
    const current = steps[step];
    if (current === undefined && at === text.length) return true;
    if (current === 'any') {
      lastAny = step;
      lastAnyAt = at;
      step += 1;
      continue;
    }
    const taken = current === undefined ? -1 : takenBy(current, text, at);
    if (taken >= 0) {
      at += taken;
      step += 1;
      continue;
    }
    if (lastAny < 0 || lastAnyAt >= text.length) return false;
    lastAnyAt += characterLength(text, lastAnyAt);
    at = lastAnyAt;
    step = lastAny + 1;
  }
}

/** How much of the text a step takes at a place; -1 where it does not match. */
function takenBy(step: { readonly text: string } | 'one', text: string, at: number): number {
  if (step === 'one') return at < text.length ? characterLength(text, at) : -1;
  return text.startsWith(step.text, at) ? step.text.length : -1;
}

/** 2 for a surrogate pair, else 1. */
function characterLength(text: string, at: number): number {
  const code = text.codePointAt(at);
  return code !== undefined && code > 0xffff ? 2 : 1;
}
