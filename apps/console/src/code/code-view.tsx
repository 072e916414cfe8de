/** JSON, XML and YAML with colours, and plain text: to read, and to edit. */
import { type ComponentType, lazy, Suspense } from 'react';

/** What a text is written in. */
export type Language = 'json' | 'xml' | 'yaml' | 'text';

/** What is shown. */
export interface CodeViewProps {
  readonly text: string;
  readonly language: Language;
  /** What it is, for those who cannot see it. */
  readonly label: string;
  /** Called with every change; missing where it is only read. */
  readonly onChange?: (text: string) => void;
  readonly height?: string;
  readonly placeholder?: string;
  /** A line that something is wrong with, from 1. */
  readonly troubleLine?: number | undefined;
}

/** Its words are there at once, and its colours as soon as the editor is. */
export function CodeView(props: CodeViewProps) {
  return (
    <Suspense fallback={<PlainText {...props} />}>
      <Editor {...props} />
    </Suspense>
  );
}

/** The editor; rejects where its file is not to be had. */
export async function loadEditor(): Promise<ComponentType<CodeViewProps>> {
  return (await import('./code-editor.tsx')).CodeEditor;
}

/** Without the editor a text can still be read. */
const Editor = lazy(async () => ({ default: await loadEditor().catch(() => PlainText) }));

function PlainText({ text, label, height = '60vh' }: CodeViewProps) {
  return (
    <pre className="plain-text" style={{ maxHeight: height }} tabIndex={0} aria-label={label}>
      {text}
    </pre>
  );
}
