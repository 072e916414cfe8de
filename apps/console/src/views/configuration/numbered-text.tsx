/** A configuration with the numbers of its lines, and marks where something is to be said. */
import { useComputedColorScheme } from '@mantine/core';
import { yaml } from '@codemirror/lang-yaml';
import CodeMirror, { EditorView } from '@uiw/react-codemirror';
import { useMemo } from 'react';
import { type LineMark, lineMarks } from '../../code/line-marks.ts';

/** See the file's comment. */
export function NumberedText(props: {
  readonly text: string;
  readonly label: string;
  readonly marks: readonly LineMark[];
  /** Missing where it is only read. */
  readonly onChange?: (text: string) => void;
}) {
  const { text, label, marks, onChange } = props;
  const scheme = useComputedColorScheme('light');
  const key = JSON.stringify(marks);
  const extensions = useMemo(
    () => [
      yaml(),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      lineMarks(JSON.parse(key) as readonly LineMark[]),
    ],
    [label, key],
  );
  return (
    <CodeMirror
      className="bordered"
      value={text}
      extensions={extensions}
      theme={scheme}
      readOnly={onChange === undefined}
      // Tab leaves the editor: the keyboard must not be caught in it.
      indentWithTab={false}
      maxHeight="70vh"
      basicSetup={{ highlightActiveLine: onChange !== undefined, highlightActiveLineGutter: false }}
      {...(onChange === undefined ? {} : { onChange })}
    />
  );
}
