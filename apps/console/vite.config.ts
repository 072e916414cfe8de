import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// A build under a test runner is for users all the same: without React's development half.
process.env.NODE_ENV = 'production';

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
    // Served on loopback, kept by the browser for good: kilobytes that do not need to be parted.
    chunkSizeWarningLimit: 3_000,
  },
});
