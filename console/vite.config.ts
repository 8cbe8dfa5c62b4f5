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
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2048,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What the same pages need comes in one file: half as many requests. First what every page begins with.
          groups: [
            { name: 'first', tags: ['$initial'], test: /node_modules/, priority: 2 },
            {
              name: 'shared',
              test: /node_modules/,
              entriesAware: true,
              entriesAwareMergeThreshold: 10_000,
            },
          ],
        },
      },
    },
  },
})
