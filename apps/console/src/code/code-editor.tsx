/** The editor behind {@link CodeViewProps}: a library of some size, loaded when it is needed. */
import { useComputedColorScheme } from '@mantine/core';
import { json } from '@codemirror/lang-json';
import { xml } from '@codemirror/lang-xml';
import { yaml } from '@codemirror/lang-yaml';
import CodeMirror, { EditorView } from '@uiw/react-codemirror';
import { useMemo } from 'react';
import type { CodeViewProps } from './code-view.tsx';
import { markedLine } from './marked-line.ts';
import { redactionMarks } from './redaction-marks.ts';

/** See the file's comment. */
export function CodeEditor(props: CodeViewProps) {
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
