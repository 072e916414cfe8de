import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// A build under a test runner is for users all the same: without React's development half.
process.env.NODE_ENV = 'production';

/**
 * Files named by what is in them. Every view has its own besides; what only some views need (the
 * editor, the diagram, the charts, each codec) is not read before the first of them is seen.
 */
const FILES = [
  // First, so that none of the others takes along what the page needs to begin.
  { name: 'react', priority: 2, test: /node_modules\/(react|react-dom|scheduler)\// },
  { name: 'shell', priority: 1, tags: ['$initial' as const] },
  { name: 'editor', test: /node_modules\/(@codemirror|@lezer|@uiw)/ },
  { name: 'diagram', test: /node_modules\/(@xyflow|@dagrejs)/ },
  { name: 'chart', test: /node_modules\/uplot/ },
  {
    name: packageOf,
    debugName: 'packages',
    test: /packages\/\w+\/src/,
    includeDependenciesRecursively: false,
  },
];

/** Built into the broker's folder, whose admin server serves it and whose package contains it. */
export default defineConfig({
  plugins: [react()],
  base: './',
  resolve: { conditions: ['@viaduct/source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: '../broker/console',
    emptyOutDir: true,
    target: 'es2024',
    sourcemap: false,
    rolldownOptions: { output: { codeSplitting: { groups: FILES } } },
  },
});

/** A package of this repository is a file of its own: `opennebula`. */
function packageOf(path: string): string | null {
  return /packages\/(\w+)\/src/.exec(path)?.[1] ?? null;
}
