import type { ChosenFile } from './download-sink.ts'

/** Hands it to the browser as any download, which asks where it is to go or puts it where it puts them. */
export function saveAs(whole: Blob, name: string): void {
  const address = URL.createObjectURL(whole)
  pressLink(address, name)
  // The browser has taken hold of it by the next minute.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

/** Has the browser fetch it by itself: it shows how far it is, and what came of it. */
export function pressLink(address: string, name: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
}

/** File System Access: Chromium's alone so far. */
interface Picker {
  readonly showSaveFilePicker?: (options: object) => Promise<ChosenFile>
}

export const canChooseFile = (): boolean => (globalThis as Picker).showSaveFilePicker !== undefined

/** Has somebody choose where a file is to go; undefined when they choose nothing. To be called by a press, or browsers refuse it. */
export async function chooseFile(name: string): Promise<ChosenFile | undefined> {
  try {
    return await (globalThis as Picker).showSaveFilePicker?.({ suggestedName: name })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined
    throw error
  }
}
