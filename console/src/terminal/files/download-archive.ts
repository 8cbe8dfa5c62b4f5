import type { FileEntry } from '@fleetkey/wire/terminal/file-listing'
import { NOT_IN_ARCHIVE } from '@fleetkey/wire/terminal/file-tree'
import { ApiRefusal } from '../../api/api-refusal.ts'
import { ask, BrokenOff, doorOf, refusalOf, type Moving } from './ask-door.ts'
import type { DownloadSink } from './download-sink.ts'
import { piecesOf } from './pieces-of.ts'
import { within } from './remote-path.ts'
import { countTree } from './tree-doors.ts'

/** What is to be in an archive. */
export interface ArchiveOf {
  readonly terminalId: string
  readonly folder: string
  readonly names: readonly string[]
}

/** Its address, also for the browser to fetch by itself. */
export function archiveDoor({ terminalId, folder, names }: ArchiveOf): string {
  const asked = names.map((name) => ['name', name] as const)
  return doorOf(terminalId, 'archive', [['path', folder], ...asked])
}

/** Requests have room for so many characters of it. */
const MAX_DOOR = 12_000

/** Whether there is room for all names. */
export const fitsArchive = (what: ArchiveOf): boolean => archiveDoor(what).length <= MAX_DOOR

/** About so many bytes it will have. @throws ApiRefusal when that cannot be counted */
export async function countArchive(
  { terminalId, folder }: ArchiveOf,
  entries: readonly FileEntry[],
  signal: AbortSignal,
): Promise<number> {
  let bytes = 2 * BLOCK
  for (const { kind, name, size } of entries) {
    if (kind !== 'folder') bytes += size + 2 * BLOCK
    else {
      const path = within(folder, name)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const end = await countTree(terminalId, path, { signal, onSoFar() {} })
      if (end.broken !== undefined) throw refusalOf(409, end.broken)
      bytes += end.bytes + (end.files + end.folders) * 1.5 * BLOCK
    }
  }
  return bytes
}

/** Of the end of an archive: enough for what it says of itself. */
const TAIL = 64 * 1024
const BLOCK = 512

/**
 * Fetches an archive, always from its beginning: the host packs it anew.
 * @returns what is not in it, if anything is not
 */
export async function downloadArchive(
  what: ArchiveOf,
  sink: DownloadSink,
  { signal, onProgress }: Moving,
): Promise<readonly string[]> {
  if (sink.size > 0) await sink.beginAnew()
  const response = await ask(archiveDoor(what), { signal, hasNoDeadline: true })
  let tail = new Uint8Array()
  try {
    for await (const piece of piecesOf(response, signal)) {
      await sink.write(piece)
      tail = lastOf(tail, piece)
      onProgress(sink.size)
    }
  } catch (error) {
    await sink.beginAnew()
    throw error instanceof BrokenOff ? brokenOff() : error
  }
  await sink.finish()
  return missingIn(tail).map((says) => `Not in it: ${says}`)
}

const brokenOff = () =>
  new ApiRefusal({
    code: 'Unreachable',
    status: 0,
    message:
      'The connection to the control plane or the host was lost, and nothing is kept of the archive. Begin again when it is back.',
  })

function lastOf(tail: Uint8Array, piece: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(Math.min(TAIL, tail.length) + piece.length)
  both.set(tail.subarray(-TAIL))
  both.set(piece, both.length - piece.length)
  return both.length > 2 * TAIL ? both.slice(-TAIL) : both
}

/** The last member of an archive says what is missing, when something is. A file of a host that looks like it can claim no more than that. */
export function missingIn(tail: Uint8Array): readonly string[] {
  const text = new TextDecoder()
  // Archives are whole blocks, and end with two empty ones.
  for (let at = tail.length - 3 * BLOCK; at >= 0; at -= BLOCK) {
    const header = tail.subarray(at, at + BLOCK)
    if (!text.decode(header.subarray(0, 100)).startsWith(`${NOT_IN_ARCHIVE}\0`)) continue
    const size = Number.parseInt(text.decode(header.subarray(124, 135)), 8)
    const lines = text.decode(tail.subarray(at + BLOCK, at + BLOCK + size)).split('\n')
    return lines.filter((line) => line !== '')
  }
  return []
}
