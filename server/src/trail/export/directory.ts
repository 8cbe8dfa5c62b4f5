import { randomUUID } from 'node:crypto'
import { lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip, type InputType, type ZlibOptions } from 'node:zlib'
import { signatureObject } from '@fleetkey/wire/trail/object-names'
import type { Destination, ExportFile } from './destination.ts'

const gzipInBackground = promisify(gzip)
const gunzipInBackground: (bytes: InputType, options: ZlibOptions) => Promise<Buffer> =
  promisify(gunzip)

/** CloudTrail's layout below a directory; a digest's signature in a file beside it. */
export function directoryDestination(directory: string): Destination {
  return {
    name: `directory ${directory}`,
    kind: 'export',
    async deliver({ logFiles, digest, signature }) {
      for await (const file of logFiles()) await put(directory, file)
      // The digest last, and its signature before it: whoever finds a digest finds all of it.
      await putBytes(join(directory, signatureObject(digest.name)), Buffer.from(`${signature}\n`))
      await put(directory, digest)
    },
  }
}

/** Never replaces another content: an archive outlives a database that was rolled back and tells of it. */
async function put(directory: string, { name, content }: ExportFile): Promise<void> {
  const path = join(directory, name)
  switch (await standing(path, content)) {
    case 'same':
      return
    case 'other':
      throw new Error(`${path} is there already with another content: it is of another trail`)
    case 'none':
      await putBytes(path, await gzipInBackground(content))
  }
}

/** gzip makes nothing longer by more. */
const SLACK = 64 * 1024

/** What is there. Somebody else may write there too: what is no file, or would unpack to more than is looked for, is not read. */
async function standing(path: string, content: string): Promise<'none' | 'same' | 'other'> {
  const found = await lstat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  if (found === undefined) return 'none'
  const maxOutputLength = Buffer.byteLength(content)
  if (!found.isFile() || found.size > maxOutputLength + SLACK) return 'other'
  const bytes = await readFile(path)
  return await gunzipInBackground(bytes, { maxOutputLength }).then(
    (text) => (text.toString('utf8') === content ? 'same' : 'other'),
    () => 'other',
  )
}

/** Whole or not at all, also after a power cut. */
async function putBytes(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o750 })
  const temporary = join(folder, `.${randomUUID()}.part`)
  try {
    const file = await open(temporary, 'wx', 0o640)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(folder)
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
