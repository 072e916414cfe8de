/** JSON, XML and YAML with colours, and plain text: to read, and to edit. */
import { useComputedColorScheme } from '@mantine/core';
import { json } from '@codemirror/lang-json';
import { xml } from '@codemirror/lang-xml';
import { yaml } from '@codemirror/lang-yaml';
import CodeMirror, { EditorView } from '@uiw/react-codemirror';
import { useMemo } from 'react';
import { markedLine } from './marked-line.ts';
import { redactionMarks } from './redaction-marks.ts';

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

/** See the file's comment. */
export function CodeView(props: CodeViewProps) {
  const { text, language, label, onChange, height, placeholder, troubleLine } = props;
  const scheme = useComputedColorScheme('light');
  const extensions = useMemo(
    () => [
      { json, xml, yaml, text: () => [] }[language](),
      redactionMarks,
      markedLine(troubleLine),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    ],
    [language, label, troubleLine],
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
      basicSetup={{
        foldGutter: true,
        lineNumbers: onChange !== undefined,
        highlightActiveLine: onChange !== undefined,
        highlightActiveLineGutter: onChange !== undefined,
      }}
      {...(onChange === undefined ? {} : { onChange, minHeight: '16rem' })}
      {...(placeholder === undefined ? {} : { placeholder })}
    />
  );
}
