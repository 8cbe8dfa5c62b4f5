import type { FileEntry } from '@fleetkey/wire/terminal/file-listing'
import { doorOf, type Moving } from './ask-door.ts'
import { archiveDoor, countArchive, downloadArchive } from './download-archive.ts'
import { downloadFile, type Download } from './download-file.ts'
import { keptByBrowser, MAX_KEPT, writtenToDisk, type DownloadSink } from './download-sink.ts'
import { canChooseFile, chooseFile, pressLink, saveAs } from './save-file.ts'
import { Transfers, type Move, type Transfer } from './transfers.ts'
import { giveUpUpload, uploadedBytes, uploadFile, type Upload } from './upload-file.ts'

interface Place {
  readonly terminalId: string
  readonly path: string
}

/** They go on while the panel is closed. */
const kept = new Map<string, Transfers>()

export function transfersOf(terminalId: string): Transfers {
  const known = kept.get(terminalId) ?? new Transfers()
  kept.set(terminalId, known)
  return known
}

/** Whether a file of any terminal is on its way: they would be lost with the page. */
export function areFilesMoving(): boolean {
  return [...kept.values()].some((transfers) => transfers.isMoving())
}

export function startUpload(to: Place & { readonly overwrites: boolean }, file: File): void {
  const upload: Upload = { ...to, name: randomName() }
  let isFirst = true
  transfersOf(to.terminalId).add(
    { kind: 'upload', path: to.path, size: file.size },
    async (moving) => {
      const offset = isFirst ? 0 : await uploadedBytes(upload, moving.signal)
      isFirst = false
      await uploadFile(upload, file, { ...moving, offset })
      return []
    },
    // What is left of it there is nobody's any more. A terminal that has ended took it along.
    () => giveUpUpload(upload).catch(() => {}),
  )
}

function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join('')
}

/** A file of the host. To be called by a press: browsers ask where it is to go only then. */
export async function startDownload(
  { terminalId, path }: Place,
  { name, size }: Pick<FileEntry, 'name' | 'size'>,
): Promise<void> {
  const download: Download = { terminalId, path, version: undefined }
  await fetchIt(terminalId, {
    facts: { kind: 'download', path, size },
    name,
    door: doorOf(terminalId, 'file', { path }),
    count: () => Promise.resolve(size),
    async fetch(sink, moving) {
      await downloadFile(download, sink, moving)
      return []
    },
  })
}

/** Files and folders with all that is in them, as one tar. To be called by a press. */
export async function startArchive(
  { terminalId, path: folder }: Place,
  entries: readonly FileEntry[],
): Promise<void> {
  const names = entries.map(({ name }) => name)
  const what = { terminalId, folder, names }
  const name = `${archiveName(folder, names)}.tar`
  await fetchIt(terminalId, {
    facts: { kind: 'archive', path: name, size: undefined },
    name,
    door: archiveDoor(what),
    count: (signal) => countArchive(what, entries, signal),
    fetch: (sink, moving) => downloadArchive(what, sink, moving),
  })
}

const archiveName = (folder: string, names: readonly string[]): string =>
  (names.length === 1 ? names[0] : folder.slice(folder.lastIndexOf('/') + 1)) || 'files'

/** Larger ones are asked about, where they are to go, and written there as they come. */
const ASK_FROM = 64 * 1024 * 1024

interface Source {
  readonly facts: Pick<Transfer, 'kind' | 'path' | 'size'>
  readonly name: string
  readonly door: string
  readonly count: (signal: AbortSignal) => Promise<number>
  readonly fetch: (sink: DownloadSink, moving: Moving) => Promise<readonly string[]>
}

async function fetchIt(terminalId: string, source: Source): Promise<void> {
  const { facts, name, count, fetch } = source
  const transfers = transfersOf(terminalId)
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
    pressLink(source.door, name)
    return ['The browser fetches it by itself, as it is large: see its own list of downloads.']
  }
  transfers.add(facts, move, () => sink.giveUp())
}
