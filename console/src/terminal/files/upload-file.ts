import { MAX_UPLOAD_PIECE } from '@fleetkey/wire/terminal/file-listing'
import { ApiRefusal } from '../../api/api-refusal.ts'
import { csrfToken } from '../../api/console-session.ts'
import {
  ask,
  BrokenOff,
  doorOf,
  DOOR_DEADLINE_MS,
  isRecord,
  parseJson,
  refusalOf,
  type Moving,
} from './ask-door.ts'

/** An upload, which is known to the host by a name of our choice until it is whole. */
export interface Upload {
  readonly terminalId: string
  readonly path: string
  /** 8 to 32 of a-z and 0-9. */
  readonly name: string
  readonly overwrites: boolean
}

/** How much of an upload that was broken off is on the host. */
export async function uploadedBytes(
  { terminalId, path, name }: Upload,
  signal: AbortSignal,
): Promise<number> {
  const response = await ask(doorOf(terminalId, 'upload', { path, upload: name }), { signal })
  const state: unknown = await response.json()
  const offset = isRecord(state) ? Number(state['offset']) : 0
  return Number.isSafeInteger(offset) && offset >= 0 ? offset : 0
}

/** Takes what is there of an upload away from the host. */
export async function giveUpUpload({ terminalId, path, name }: Upload): Promise<void> {
  await ask(doorOf(terminalId, 'upload', { path, upload: name }), { method: 'DELETE' })
}

/** Sends a file, from `offset` on, a piece after the other; with the last one it is in its place. */
export async function uploadFile(
  upload: Upload,
  file: File,
  { offset, signal, onProgress }: Moving & { readonly offset: number },
): Promise<void> {
  let done = offset
  do {
    const from = done
    const piece = file.slice(from, from + MAX_UPLOAD_PIECE)
    try {
      // Each piece goes on where the one before ended.
      // oxlint-disable-next-line no-await-in-loop
      await putPiece(pieceDoor(upload, from, file.size), piece, {
        signal,
        onProgress: (bytes) => onProgress(from + bytes),
      })
    } catch (error) {
      // oxlint-disable-next-line no-await-in-loop -- it is over
      await tellWhatIsThere(error, { upload, piece, from, signal, onProgress })
      throw error
    }
    done += piece.size
    onProgress(done)
  } while (done < file.size)
}

/** After a refusal: what was sent may be more than what the host has taken. */
async function tellWhatIsThere(
  error: unknown,
  of: Moving & { readonly upload: Upload; readonly piece: Blob; readonly from: number },
): Promise<void> {
  const { upload, piece, from, signal, onProgress } = of
  if (error instanceof BrokenOff) return await requireReadable(piece)
  // One that does not answer is asked no more.
  const isLate = error instanceof ApiRefusal && error.code === 'FileTimeoutException'
  if (signal.aborted || isLate) return
  onProgress(await uploadedBytes(upload, signal).catch(() => from))
}

/** A request tells of a file that cannot be read in the same way as of a network that is gone. */
async function requireReadable(piece: Blob): Promise<void> {
  try {
    await piece.slice(0, 1).arrayBuffer()
  } catch {
    throw unreadableFile()
  }
}

export const unreadableFile = (): ApiRefusal =>
  new ApiRefusal({
    code: 'FileChanged',
    status: 0,
    message:
      'The file on your computer was changed, moved or deleted since you chose it. Clear this one, and choose it again.',
  })

function pieceDoor(
  { terminalId, path, name, overwrites }: Upload,
  offset: number,
  size: number,
): string {
  return doorOf(terminalId, 'file', {
    path,
    upload: name,
    offset: String(offset),
    size: String(size),
    ...(overwrites && { overwrite: '1' }),
  })
}

/** Browsers tell how far an upload is only this way. */
function putPiece(door: string, piece: Blob, { signal, onProgress }: Moving): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', door)
    request.timeout = DOOR_DEADLINE_MS * 2
    request.setRequestHeader('x-fleetkey-csrf', csrfToken())
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded))
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) resolve()
      else reject(refusalOf(request.status, parseJson(request.responseText)))
    })
    request.addEventListener('error', () => reject(new BrokenOff()))
    request.addEventListener('timeout', () => reject(new BrokenOff()))
    request.addEventListener('abort', () => reject(signal.reason as Error))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    if (signal.aborted) reject(signal.reason as Error)
    else request.send(piece)
  })
}
