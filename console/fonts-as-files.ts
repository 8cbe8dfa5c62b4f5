import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'

const FONT = /url\((["']?)data:font\/woff2;base64,([A-Za-z0-9+/=]+)\1\)/g

/**
 * Cloudscape's style sheet has its fonts inside, eight of them: some 350 KB before the first word is shown, and data in a policy that allows
 * none. As files, a browser fetches the two that a page uses, and shows text meanwhile.
 */
export function fontsAsFiles(): Plugin {
  return {
    name: 'fonts-as-files',
    generateBundle(_options, bundle) {
      for (const sheet of Object.values(bundle)) {
        if (sheet.type !== 'asset' || !sheet.fileName.endsWith('.css')) continue
        const text = String(sheet.source).replaceAll('@font-face{', '@font-face{font-display:swap;')
        sheet.source = text.replaceAll(FONT, (_url, _quote, base64: string) => {
          const source = Buffer.from(base64, 'base64')
          const hash = createHash('sha256').update(source).digest('base64url').slice(0, 8)
          const fileName = `assets/font-${hash}.woff2`
          this.emitFile({ type: 'asset', fileName, source })
          return `url(/${fileName})`
        })
      }
    },
  }
}
