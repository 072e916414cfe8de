import { useQuery } from '@tanstack/react-query';
import { readMessageText, translate, type Translation } from '@viaduct/translation';
import { loadCodec } from './dialects.ts';

/** What became of a pasted text. */
export type Outcome =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'wrong'; readonly code?: string; readonly path?: string; readonly why: string }
  | { readonly kind: 'translated'; readonly translation: Translation };

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
    return { kind: 'wrong', why: `It is neither JSON nor XML: ${(error as Error).message}` };
  }
  const nonce = crypto.randomUUID().replaceAll('-', '');
  const world = { system: SYSTEM, at: Date.now(), nonce, ordinal: 0, explain: true };
  const result = translate(message, { ...codecs, ...world });
  if (result.ok) return { kind: 'translated', translation: result.value };
  const { code, message: why, path } = result.error;
  return { kind: 'wrong', code, why, ...(path === undefined ? {} : { path }) };
}
