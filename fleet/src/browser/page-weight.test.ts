import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

/** How much a page may be, as transferred (Brotli): what `npm run bench -- console-pages` measures in a browser. */
const MOST_KB = { signIn: 400, page: 700 }

/**
 * What comes with each file and with each page beside the files of its parts: headers; fonts, the document and the first answers. So the
 * sum is what a browser is sent, from a KB less up to 15 more, on the pages that the bench measures.
 */
const KB_BESIDE = { file: 0.6, page: 35 }

/** Loaded by a page before it is asked for, so that a press finds it. */
const AHEAD: Readonly<Record<string, readonly string[]>> = {
  'src/views/connect/connect.tsx': ['src/views/terminal/terminal-page.tsx'],
}

const FIRST = 'index.html'
const SHELL = 'src/shell/shell.tsx'

/** A part of the console, as Vite names it and what it takes along (`build.manifest`). */
interface Part {
  readonly file: string
  readonly css?: readonly string[]
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
}

describe('what the pages of the console weigh', () => {
  const dist = join(dirname(fileURLToPath(import.meta.url)), '../../../console/dist')
  const parts = JSON.parse(readFileSync(join(dist, 'parts.json'), 'utf8')) as Readonly<
    Record<string, Part>
  >
  const pages = (part(FIRST).dynamicImports ?? []).filter((name) => name.startsWith('src/views/'))

  it('knows the pages', () => {
    for (const page of ['sign-in/sign-in', 'connect/connect', 'events/event-history']) {
      assert.ok(pages.includes(`src/views/${page}.tsx`), page)
    }
    for (const ahead of Object.values(AHEAD).flat()) assert.ok(pages.includes(ahead), ahead)
  })

  it('is no more than may be, on any page', () => {
    const weights = pages.map((page) => {
      const isEntry = page.startsWith('src/views/sign-in/')
      const files = filesOf([FIRST, ...(isEntry ? [] : [SHELL]), page, ...(AHEAD[page] ?? [])])
      return { page, most: isEntry ? MOST_KB.signIn : MOST_KB.page, kb: weigh(files) }
    })
    const tooHeavy = weights.filter(({ kb, most }) => kb > most)
    assert.deepEqual(tooHeavy, [])
  })

  function weigh(files: ReadonlySet<string>): number {
    const bytes = [...files].reduce((sum, file) => sum + sentOf(join(dist, file)), 0)
    return Math.round(bytes / 1000 + files.size * KB_BESIDE.file + KB_BESIDE.page)
  }

  /** Of these parts and of all that they import, but for what is loaded later. */
  function filesOf(names: readonly string[]): ReadonlySet<string> {
    const seen = new Set<string>()
    const files = new Set<string>()
    const left = [...names]
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      if (seen.has(name)) continue
      seen.add(name)
      const { file, css = [], imports = [] } = part(name)
      for (const each of [file, ...css]) files.add(each)
      left.push(...imports)
    }
    return files
  }

  function part(name: string): Part {
    const found = parts[name]
    assert.ok(found, `the console has no part ${name}`)
    return found
  }
})

function sentOf(file: string): number {
  const packed = `${file}.br`
  return statSync(existsSync(packed) ? packed : file).size
}
