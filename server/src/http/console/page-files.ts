import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'

/** A file of the console, as it is sent. */
export interface PageFile {
  readonly body: Buffer
  readonly type: string
  readonly encoding: Encoding | undefined
  /** Its name changes with its content: a browser never asks again. */
  readonly isImmutable: boolean
  readonly etag: string
}

export type Encoding = 'br' | 'gzip'

/** What `npm run build -w console` has made. Only what is there by its name is found: no path of a request is looked up on disk. */
export interface PageFiles {
  /** `/assets/index-1a2b.js`. Undefined when there is no such file. */
  find(path: string, accepted: readonly Encoding[]): Promise<PageFile | undefined>
}

interface Known {
  readonly file: string
  readonly type: string
  readonly etag: string
  readonly encodings: ReadonlySet<Encoding>
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

const SUFFIXES: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' }

export function createPageFiles(folder: string): PageFiles {
  let known: Promise<ReadonlyMap<string, Known>> = Promise.resolve(new Map())
  let asOf = 0

  /** Looked through again when it was built anew: whoever works on it, or upgrades in place, restarts nothing. */
  async function current(): Promise<ReadonlyMap<string, Known>> {
    const built = await stat(join(folder, 'index.html')).catch(() => undefined)
    const time = built?.mtimeMs ?? 0
    if (time !== asOf) {
      asOf = time
      known = built === undefined ? Promise.resolve(new Map()) : listed(folder)
    }
    return await known
  }

  return {
    async find(path, accepted) {
      const found = (await current()).get(path)
      if (found === undefined) return undefined
      const encoding = accepted.find((one) => found.encodings.has(one))
      const suffix = encoding === undefined ? '' : SUFFIXES[encoding]
      return {
        body: await readFile(`${found.file}${suffix}`),
        type: found.type,
        encoding,
        isImmutable: path.startsWith('/assets/'),
        // Each encoding is a representation of its own (RFC 9110 §8.8.3.3).
        etag: `"${found.etag}${suffix}"`,
      }
    },
  }
}

async function listed(folder: string): Promise<ReadonlyMap<string, Known>> {
  const names = new Set(await readdir(folder, { recursive: true, encoding: 'utf8' }))
  const known = new Map<string, Known>()
  for (const name of names) {
    const type = TYPES[extname(name)]
    if (type === undefined) continue
    const file = join(folder, name)
    const digest = createHash('sha256').update(await readFile(file))
    known.set(`/${name}`, {
      file,
      type,
      etag: digest.digest('base64url').slice(0, 16),
      encodings: new Set(ENCODINGS.filter((one) => names.has(`${name}${SUFFIXES[one]}`))),
    })
  }
  return known
}

/** The better first. */
const ENCODINGS: readonly Encoding[] = ['br', 'gzip']

/** Of `Accept-Encoding`, the better first. */
export function acceptedEncodings(header: string): readonly Encoding[] {
  // No pattern looks for blanks: anybody may send a header of nothing else, and the time would grow with their square.
  const accepted = header
    .toLowerCase()
    .split(',')
    .map((one) => one.split(';', 2).map((part) => part.trim()))
    .filter(([, weight]) => weight?.startsWith('q=') !== true || Number(weight.slice(2)) > 0)
    .map(([name]) => name)
  return ENCODINGS.filter((one) => accepted.includes(one))
}
