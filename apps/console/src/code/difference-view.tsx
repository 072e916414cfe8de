/** Two texts side by side, or one in the other where there is no room; what is equal is folded. */
import { useComputedColorScheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { yaml } from '@codemirror/lang-yaml';
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import {
  EditorState,
  EditorView,
  type Extension,
  getDefaultExtensions,
} from '@uiw/react-codemirror';
import { useEffect, useRef } from 'react';

/** The texts, and what they are called for those who cannot see them. */
export interface DifferenceViewProps {
  readonly before: string;
  readonly after: string;
  readonly beforeLabel: string;
  readonly afterLabel: string;
}

/** Lines around a difference that are not folded. */
const FOLDING = { margin: 3, minSize: 6 };

/** See the file's comment. */
export function DifferenceView(props: DifferenceViewProps) {
  const { before, after, beforeLabel, afterLabel } = props;
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  const isWide = useMediaQuery('(min-width: 62em)', true, { getInitialValueInEffect: false });
  useEffect(() => {
    const parent = place.current;
    if (parent === null) return;
    const look = readOnly(scheme);
    const of = (label: string): Extension[] => [
      ...look,
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    ];
    const view = isWide
      ? new MergeView({
          parent,
          a: { doc: before, extensions: of(beforeLabel) },
          b: { doc: after, extensions: of(afterLabel) },
          collapseUnchanged: FOLDING,
        })
      : new EditorView({
          parent,
          doc: after,
          extensions: [
            ...of(afterLabel),
            unifiedMergeView({
              original: before,
              mergeControls: false,
              collapseUnchanged: FOLDING,
            }),
          ],
        });
    return () => view.destroy();
  }, [before, after, beforeLabel, afterLabel, scheme, isWide]);
  return <div ref={place} className="difference" />;
}

function readOnly(scheme: 'light' | 'dark'): Extension[] {
  return [
    ...getDefaultExtensions({ theme: scheme, indentWithTab: false, readOnly: true }),
    yaml(),
    EditorView.lineWrapping,
    EditorState.readOnly.of(true),
  ];
}
