import type { FileEntry } from '@fleetkey/wire/terminal/file-listing'
import { downloadFile, giveUpUpload, uploadedBytes, uploadFile, type Upload } from './file-doors.ts'
import { Transfers } from './transfers.ts'

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
    },
    // What is left of it there is nobody's any more. A terminal that has ended took it along.
    () => giveUpUpload(upload).catch(() => {}),
  )
}

function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join('')
}

export function startDownload(from: Place, { name, size }: Pick<FileEntry, 'name' | 'size'>): void {
  const parts: Blob[] = []
  transfersOf(from.terminalId).add({ kind: 'download', path: from.path, size }, async (moving) => {
    save(await downloadFile(from, parts, moving), name)
    parts.length = 0
  })
}

/** Hands it to the browser as any download, which asks where it is to go or puts it where it puts them. */
function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // The browser has taken hold of it by the next minute.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
