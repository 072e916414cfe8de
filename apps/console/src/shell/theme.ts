import { Alert, Badge, createTheme } from '@mantine/core';

/** Colours and type: one accent, and enough contrast for small text in both schemes. */
export const theme = createTheme({
  primaryColor: 'cyan',
  // Dark enough for white letters on it in both schemes.
  primaryShade: 9,
  defaultRadius: 'sm',
  // Who asks the system for less motion gets none.
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace',
  headings: { fontWeight: '600' },
  components: {
    // States and names are words of the configuration and the protocol: as they are written there.
    Badge: Badge.extend({ defaultProps: { tt: 'none' } }),
    // Its own colour is too faint on some of the papers.
    Alert: Alert.extend({ styles: { title: { color: 'var(--mantine-color-text)' } } }),
  },
});
