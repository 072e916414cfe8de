import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// A build under a test runner is for users all the same: without React's development half.
if (process.argv.includes('build')) process.env.NODE_ENV = 'production';

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

/** The broker that `npm run dev:console` shows: the one of `npm start`, or another. */
const BROKER = process.env.VIADUCT_URL ?? 'http://127.0.0.1:8080';

/** Built into the broker's folder, whose admin server serves it and whose package contains it. */
export default defineConfig({
  plugins: [react()],
  base: './',
  resolve: { conditions: ['@viaduct/source', 'module', 'browser', 'development|production'] },
  // The broker sees requests from its own address: it refuses those of other pages.
  server: {
    proxy: { '/api': { target: BROKER, changeOrigin: true, headers: { origin: BROKER } } },
  },
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
