import type { Dirent } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, type InputType, type ZlibOptions } from 'node:zlib'
import { relativeName, signatureObject } from '@fleetkey/wire/trail/object-names'
import type { ExportSource } from '@fleetkey/wire/trail/verify-export'
import { Failure, usageFailure } from '../failure.ts'
import { sha256Hex } from './chain.ts'

/** More than any file of an export holds: a file that unpacks to more is none, and would fill the memory. */
const MAX_CONTENT = 256 * 1024 * 1024
/** It may not have been packed any smaller. */
const MAX_PACKED = MAX_CONTENT + 1024 * 1024
/** RSA of 16,384 bits, hexadecimal. */
const MAX_SIGNATURE = 4097

/** An export in CloudTrail's layout in a folder, wherever below it `AWSLogs` begins. Throws when there is none, or there are two. */
export async function openExportFolder(folder: string): Promise<ExportSource> {
  const paths = await exportFiles(folder)
  return {
    names: [...paths.keys()],
    async read(name) {
      const path = paths.get(name)
      if (path === undefined) return undefined
      const packed = await contentOf(path, MAX_PACKED)
      const bytes = packed && (await unpacked(packed))
      return bytes && { content: bytes.toString('utf8'), hash: sha256Hex(bytes) }
    },
    async signatureOf(name) {
      const path = paths.get(signatureObject(name))
      if (path === undefined) return undefined
      const text = (await contentOf(path, MAX_SIGNATURE))?.toString('latin1') ?? ''
      return /^([0-9a-f]+)\n?$/.exec(text)?.[1]
    },
  }
}

/** Undefined for what is no file of an export: it is larger than any, and is not read. */
async function contentOf(path: string, max: number): Promise<Buffer | undefined> {
  const { size } = await stat(path)
  return size <= max ? await readFile(path) : undefined
}

async function exportFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  let entries: Dirent[]
  try {
    entries = await readdir(folder, { recursive: true, withFileTypes: true })
  } catch (error) {
    throw new Failure('fileUnreadable', `${folder} cannot be read.`, { why: [String(error)] })
  }
  const paths = new Map<string, string>()
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    const name = entry.isFile() ? relativeName(path) : undefined
    if (name === undefined) continue
    if (paths.has(name)) {
      throw usageFailure(
        `Two exports lie below ${folder}.`,
        `Name the folder of one of them: ${path} is in both.`,
      )
    }
    paths.set(name, path)
  }
  return paths
}

const gunzipInBackground = promisify(
  (bytes: InputType, options: ZlibOptions, done: (error: Error | null, result: Unpacked) => void) =>
    gunzip(bytes, options, done as unknown as (error: Error | null, result: Buffer) => void),
)

/** What zlib answers with `info`. */
interface Unpacked {
  readonly buffer: Buffer
  readonly engine: { readonly bytesWritten: number }
}

/** Undefined when it is no gzip file, or more than one. */
async function unpacked(bytes: Buffer): Promise<Buffer | undefined> {
  try {
    const options = { info: true, maxOutputLength: MAX_CONTENT }
    const { buffer, engine } = await gunzipInBackground(bytes, options)
    // zlib passes over what stands behind the end.
    return engine.bytesWritten === bytes.length ? buffer : undefined
  } catch {
    return undefined
  }
}
