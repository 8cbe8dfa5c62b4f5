import type { Sink } from '../../events/export-events.ts'

/** A file that is being made. Where the browser can write to a disk it does, else the parts are kept until it is saved. */
export interface FileSink extends Sink {
  save(): Promise<void>
  /** It is not wanted any more: nothing of it stays. */
  discard(): Promise<void>
}

interface FilePicker {
  showSaveFilePicker?(options: { readonly suggestedName: string }): Promise<{
    createWritable(): Promise<{
      write(text: string): Promise<void>
      close(): Promise<void>
      abort(): Promise<void>
    }>
  }>
}

/** Throws an AbortError when no file was chosen. */
export async function openSink(name: string, type: string): Promise<FileSink> {
  const file = await (window as FilePicker).showSaveFilePicker?.({ suggestedName: name })
  if (file !== undefined) {
    const writable = await file.createWritable()
    return {
      write: (text) => writable.write(text),
      save: () => writable.close(),
      // Chromium writes beside the file until then, and would leave that there.
      discard: () => writable.abort(),
    }
  }
  const parts: Blob[] = []
  return {
    write(text) {
      parts.push(new Blob([text]))
    },
    save() {
      saveBlob(name, new Blob(parts, { type: `${type};charset=utf-8` }))
      return Promise.resolve()
    },
    discard() {
      parts.length = 0
      return Promise.resolve()
    },
  }
}

function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // Firefox reads it only after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
