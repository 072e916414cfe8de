import { useQuery } from '@tanstack/react-query';
import { readMessageText, translate, type Translation } from '@viaduct/translation';
import { loadCodec } from './dialects.ts';
import { lineOfError, lineOfPath } from './error-line.ts';

/** What became of a pasted text. */
export type Outcome =
  | { readonly kind: 'nothing' }
  | WrongOutcome
  | { readonly kind: 'translated'; readonly translation: Translation };

/** It is no message of the dialect. */
export interface WrongOutcome {
  readonly kind: 'wrong';
  readonly code?: string;
  readonly path?: string;
  readonly why: string;
  /** The line of the text it is about, from 1, where that can be told. */
  readonly line?: number;
}

/** The system that pasted messages come from. */
const SYSTEM = 'playground';

/** Translates as one types. The browser does it: nothing is sent anywhere. */
export function useTranslation(from: string, to: string, text: string): Outcome {
  const { data, error } = useQuery({
    queryKey: ['playground', from, to, text],
    queryFn: () => outcomeOf(from, to, text),
    networkMode: 'always',
    placeholderData: (previous) => previous,
    retry: false,
    gcTime: 0,
  });
  if (error !== null) return { kind: 'wrong', why: error.message };
  return data ?? { kind: 'nothing' };
}

async function outcomeOf(from: string, to: string, text: string): Promise<Outcome> {
  if (text.trim() === '') return { kind: 'nothing' };
  const codecs = { from: await loadCodec(from), to: await loadCodec(to) };
  let message;
  try {
    message = readMessageText(text);
  } catch (error) {
    const { message: why } = error as Error;
    const line = lineOfError(text);
    const told = { kind: 'wrong', why: `It is neither JSON nor XML: ${why}` } as const;
    return line === undefined ? told : { ...told, line };
  }
  const nonce = crypto.randomUUID().replaceAll('-', '');
  const world = { system: SYSTEM, at: Date.now(), nonce, ordinal: 0, explain: true };
  const result = translate(message, { ...codecs, ...world });
  if (result.ok) return { kind: 'translated', translation: result.value };
  const { code, message: why, path } = result.error;
  const line = path === undefined ? undefined : lineOfPath(text, path);
  return {
    ...{ kind: 'wrong', code, why },
    ...(path === undefined ? {} : { path }),
    ...(line === undefined ? {} : { line }),
  };
}
