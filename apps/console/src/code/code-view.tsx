/** JSON, XML and YAML with colours: to read, and to edit. */
import { useComputedColorScheme } from '@mantine/core';
import { json } from '@codemirror/lang-json';
import { xml } from '@codemirror/lang-xml';
import { yaml } from '@codemirror/lang-yaml';
import CodeMirror, { EditorView } from '@uiw/react-codemirror';
import { useMemo } from 'react';

/** The languages that have colours. */
export type Language = 'json' | 'xml' | 'yaml';

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
}

/** See the file's comment. */
export function CodeView({ text, language, label, onChange, height, placeholder }: CodeViewProps) {
  const scheme = useComputedColorScheme('light');
  const extensions = useMemo(
    () => [
      { json, xml, yaml }[language](),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label }),
    ],
    [language, label],
  );
  return (
    <CodeMirror
      value={text}
      extensions={extensions}
      theme={scheme}
      readOnly={onChange === undefined}
      // Tab leaves the editor: the keyboard must not be caught in it.
      indentWithTab={false}
      maxHeight={height ?? '60vh'}
      basicSetup={{ foldGutter: true, lineNumbers: onChange !== undefined }}
      {...(onChange === undefined ? {} : { onChange, minHeight: '16rem' })}
      {...(placeholder === undefined ? {} : { placeholder })}
    />
  );
}
