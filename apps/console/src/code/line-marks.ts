/** Lines of a text that something is to be said about. */
import {
  Decoration,
  type Extension,
  EditorView,
  RangeSetBuilder,
  StateField,
} from '@uiw/react-codemirror';

/** One of them. */
export interface LineMark {
  /** From 1. */
  readonly line: number;
  readonly level: 'trouble' | 'waiting';
  /** What is to be said. */
  readonly text: string;
}

/** Colours them and says on the line what it is, for the pointer; a list beside says it to all. */
export function lineMarks(marks: readonly LineMark[]): Extension {
  const sorted = marks.toSorted((a, b) => a.line - b.line);
  return StateField.define({
    create: (state) => {
      const builder = new RangeSetBuilder<Decoration>();
      for (const { line, level, text } of sorted) {
        if (line < 1 || line > state.doc.lines) continue;
        const { from } = state.doc.line(line);
        const attributes = { class: `line-mark line-${level}`, title: text };
        builder.add(from, from, Decoration.line({ attributes }));
      }
      return builder.finish();
    },
    update: (decorations, { changes }) => decorations.map(changes),
    provide: (field) => EditorView.decorations.from(field),
  });
}
