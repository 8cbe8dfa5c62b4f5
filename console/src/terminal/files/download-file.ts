import { ask, BrokenOff, doorOf, type Moving } from './ask-door.ts'
import type { DownloadSink } from './download-sink.ts'
import { piecesOf } from './pieces-of.ts'

/** A file of a host on its way here. */
export interface Download {
  readonly path: string
  /** Of what there is of it already: size and time of the file that it was a part of. */
  version: string | undefined
}

interface Fetching extends Moving {
  readonly sink: DownloadSink
  /** Bytes of the whole, as it is now. */
  readonly onSize: (bytes: number) => void
}

/**
 * Fetches a file, or the rest of it; all of it anew where the file has changed since. What breaks off on the way is gone on with for as long as
 * something comes: when nothing does, the control plane says why.
 */
export async function downloadFile(
  terminalId: string,
  download: Download,
  moving: Fetching,
): Promise<void> {
  const { sink } = moving
  for (;;) {
    const before = sink.size
    try {
      // oxlint-disable-next-line no-await-in-loop -- each goes on where the one before ended
      await downloadRest(terminalId, download, moving)
      break
    } catch (error) {
      if (!(error instanceof BrokenOff) || sink.size <= before) throw error
    }
  }
  await sink.finish()
}

async function downloadRest(
  terminalId: string,
  download: Download,
  { sink, signal, onProgress, onSize }: Fetching,
): Promise<void> {
  const { path, version } = download
  const isBegun = sink.size > 0 && version !== undefined
  const response = await ask(doorOf(terminalId, 'file', { path }), {
    signal,
    hasNoDeadline: true,
    headers: isBegun ? { range: `bytes=${sink.size}-`, 'if-range': version } : {},
  })
  // Not to be gone on with.
  if (response.status !== 206 && sink.size > 0) await sink.beginAnew()
  // It may have grown since it was listed.
  const rest = Number(response.headers.get('content-length'))
  if (rest > 0) onSize(sink.size + rest)
  download.version = response.headers.get('etag') ?? undefined
  for await (const piece of piecesOf(response, signal)) {
    await sink.write(piece)
    onProgress(sink.size)
  }
}
