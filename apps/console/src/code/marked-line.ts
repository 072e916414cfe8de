/** Marks a line that something is wrong with. */
import { Decoration, type DecorationSet, EditorView, type Extension } from '@uiw/react-codemirror';

const MARK = Decoration.line({ class: 'trouble-line' });

/** An extension of the editor; `line` counts from 1, and `undefined` marks none. */
export function markedLine(line: number | undefined): Extension {
  if (line === undefined) return [];
  return EditorView.decorations.of((view): DecorationSet => {
    // The text may have become shorter since it was looked at.
    if (line > view.state.doc.lines) return Decoration.none;
    return Decoration.set(MARK.range(view.state.doc.line(line).from));
  });
}
