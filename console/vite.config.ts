import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { fontsAsFiles } from './fonts-as-files.ts'
import { precompress } from './precompress.ts'

// The server sends a policy without inline script, blobs and data: what Vite would inline stays a file.
export default defineConfig({
  plugins: [react(), fontsAsFiles(), precompress()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Which files a page consists of: fleet/src/browser/page-weight.test.ts weighs them.
    manifest: 'parts.json',
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2048,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What the same pages need comes in one file: half as many requests. First what every page begins with.
          // What is small joins its nearest neighbour (measured in source, by which pages need it), and comes with all that this one has: so
          // what is large and of few pages is no neighbour, the terminal and whatever a single page needs.
          groups: [
            { name: 'first', tags: ['$initial'], test: /node_modules/, priority: 2 },
            { name: 'xterm', test: /node_modules.@xterm/, entriesAware: true, priority: 1 },
            {
              name: 'shared',
              test: /node_modules/,
              minShareCount: 2,
              entriesAware: true,
              entriesAwareMergeThreshold: 10_000,
            },
          ],
        },
      },
    },
  },
})
