import { MAX_UPLOAD_PIECE, type FileEntry } from '@fleetkey/wire/terminal/file-listing'
import { ApiRefusal } from '../../api/api-refusal.ts'
import { byteText } from '@fleetkey/domain/byte-text'
import { doorOf } from './ask-door.ts'
import { archiveDoor, countArchive, downloadArchive } from './download-archive.ts'
import { downloadFile, type Download } from './download-file.ts'
import { keptByBrowser, MAX_KEPT, writtenToDisk, type DownloadSink } from './download-sink.ts'
import { canChooseFile, chooseFile, pressLink, saveAs } from './save-file.ts'
import { Transfers, type Move, type Transfer } from './transfers.ts'
import {
  giveUpUpload,
  unreadableFile,
  uploadedBytes,
  uploadFile,
  type Upload,
} from './upload-file.ts'
import { uploadName } from './upload-name.ts'

/** An account on an instance. What was begun by one terminal there goes on by the next. */
export interface FilePlace {
  readonly transfers: Transfers
  /** Of the terminal that leads there now. */
  terminalId: string
}

/** They go on while the panel is closed. */
const places = new Map<string, FilePlace>()

export function filePlace(of: {
  readonly instanceId: string
  readonly osUser: string
  readonly terminalId: string
}): FilePlace {
  const { instanceId, osUser, terminalId } = of
  const key = `${osUser}@${instanceId}`
  const place = places.get(key) ?? { transfers: new Transfers(), terminalId }
  places.set(key, place)
  place.terminalId = terminalId
  return place
}

/** Whether a file of any place is on its way: they would be lost with the page. */
export function areFilesMoving(): boolean {
  return [...places.values()].some(({ transfers }) => transfers.isMoving())
}

/** Whoever they were of has signed out: the next one sees nothing of them. */
export function forgetFilePlaces(): void {
  for (const { transfers } of places.values()) transfers.cancelAll()
  places.clear()
}

/** Smaller ones are one request: what there is of them on the host is not asked for, nor worth it. */
const GOES_ON_FROM = MAX_UPLOAD_PIECE

export function startUpload(
  place: FilePlace,
  to: { readonly path: string; readonly overwrites: boolean },
  file: File,
): void {
  /** Once something of it may be on the host. */
  let begun: { readonly name: string } | undefined
  const upload = (name: string): Upload => ({ ...to, name, terminalId: place.terminalId })
  place.transfers.add(
    { kind: 'upload', path: to.path, size: file.size },
    async (moving) => {
      const isFirst = begun === undefined
      const { name } = (begun ??= { name: await nameOf(file) })
      const mayBeThere = !isFirst || file.size > GOES_ON_FROM
      const there = mayBeThere ? await uploadedBytes(upload(name), moving.signal) : 0
      const offset = there > file.size ? 0 : there
      await uploadFile(upload(name), file, { ...moving, offset })
      return isFirst && offset > 0 ? [wentOn(offset)] : []
    },
    async () => {
      if (begun === undefined) return
      const { name } = begun
      await giveUpUpload(upload(name)).catch(() => Promise.reject(leftThere(name)))
    },
  )
}

const leftThere = (name: string) =>
  new ApiRefusal({
    code: 'LeftThere',
    status: 0,
    message: `What came of it is still on the host, beside its place: delete the hidden file that ends with fleetkey-${name}, or clear this again when a terminal is open there.`,
  })

const wentOn = (offset: number) =>
  `It went on where an earlier upload of the same file had broken off: ${byteText(offset)} were there already.`

async function nameOf(file: File): Promise<string> {
  try {
    return await uploadName(file)
  } catch {
    throw unreadableFile()
  }
}

/** A file of the host. To be called by a press: browsers ask where it is to go only then. */
export async function startDownload(
  place: FilePlace,
  path: string,
  { name, size }: Pick<FileEntry, 'name' | 'size'>,
): Promise<void> {
  const download: Download = { path, version: undefined }
  await fetchIt(place, {
    facts: { kind: 'download', path, size },
    name,
    door: () => doorOf(place.terminalId, 'file', { path }),
    count: () => Promise.resolve(size),
    async fetch(sink, moving) {
      await downloadFile(place.terminalId, download, { ...moving, sink })
      return []
    },
  })
}

/** Files and folders with all that is in them, as one tar. To be called by a press. */
export async function startArchive(
  place: FilePlace,
  folder: string,
  entries: readonly FileEntry[],
): Promise<void> {
  const names = entries.map(({ name }) => name)
  const what = () => ({ terminalId: place.terminalId, folder, names })
  const name = `${archiveName(folder, names)}.tar`
  await fetchIt(place, {
    facts: { kind: 'archive', path: name, size: undefined },
    name,
    door: () => archiveDoor(what()),
    count: (signal) => countArchive(what(), entries, signal),
    fetch: (sink, moving) => downloadArchive(what(), sink, moving),
  })
}

const archiveName = (folder: string, names: readonly string[]): string =>
  (names.length === 1 ? names[0] : folder.slice(folder.lastIndexOf('/') + 1)) || 'files'

/** Larger ones are asked about, where they are to go, and written there as they come. */
const ASK_FROM = 64 * 1024 * 1024

interface Source {
  readonly facts: Pick<Transfer, 'kind' | 'path' | 'size'>
  readonly name: string
  readonly door: () => string
  readonly count: (signal: AbortSignal) => Promise<number>
  readonly fetch: (sink: DownloadSink, moving: Parameters<Move>[0]) => Promise<readonly string[]>
}

async function fetchIt({ transfers }: FilePlace, source: Source): Promise<void> {
  const { facts, name, count, fetch } = source
  if (canChooseFile() && (facts.size ?? Infinity) >= ASK_FROM) {
    const file = await chooseFile(name)
    if (file === undefined) return
    const sink = writtenToDisk(file)
    const move: Move = async (moving) => {
      // How large it will be is told as soon as it is known: it is on its way already.
      const over = new AbortController()
      count(AbortSignal.any([over.signal, moving.signal])).then(moving.onSize, () => {})
      return await fetch(sink, moving).finally(() => over.abort())
    }
    return transfers.add(facts, move, () => sink.giveUp())
  }
  const sink = keptByBrowser((whole) => saveAs(whole, name))
  const move: Move = async (moving) => {
    const size = await count(moving.signal)
    moving.onSize(size)
    if (size <= MAX_KEPT) return await fetch(sink, moving)
    pressLink(source.door(), name)
    return ['The browser fetches it by itself, as it is large: see its own list of downloads.']
  }
  transfers.add(facts, move, () => sink.giveUp())
}
