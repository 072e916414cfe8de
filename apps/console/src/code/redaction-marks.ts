/** Marks what a codec redacted, wherever a text is shown. */
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
} from '@uiw/react-codemirror';

/** Three asterisks stand for every secret. */
const REDACTED = /\*\*\*/g;

const matches = new MatchDecorator({
  regexp: REDACTED,
  decoration: Decoration.mark({ class: 'redacted', attributes: { title: 'A secret was here' } }),
});

/** An extension of the editor. */
export const redactionMarks: ViewPlugin<{ decorations: DecorationSet }> = ViewPlugin.define(
  (view: EditorView) => ({
    decorations: matches.createDeco(view),
    update(update: ViewUpdate) {
      this.decorations = matches.updateDeco(update, this.decorations);
    },
  }),
  { decorations: (marks) => marks.decorations },
);
