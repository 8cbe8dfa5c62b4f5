import {
  MAX_UPLOAD_PIECE,
  type FileEntry,
  type FileListing,
} from '@fleetkey/wire/terminal/file-listing'
import { TERMINALS_PATH } from '@fleetkey/wire/terminal/protocol'
import { ApiRefusal } from '../../api/api-refusal.ts'
import { csrfToken } from '../../api/console-session.ts'

/** Answers to all but bytes come within this. */
const DEADLINE_MS = 30_000
/** So much of a download is handed to the browser at a time, which keeps it on disk when it has to. */
const PART = 8 * 1024 * 1024

export interface Moving {
  readonly signal: AbortSignal
  /** Bytes so far, of the whole file. */
  readonly onProgress: (bytes: number) => void
}

/** Lists a folder of the host that a terminal is on; an empty path is the user's home. */
export async function listFiles(
  terminalId: string,
  path: string,
  signal: AbortSignal,
): Promise<FileListing> {
  const response = await ask(doorOf(terminalId, 'files', { path }), { signal })
  return asListing(await response.json())
}

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
    // Each piece goes on where the one before ended.
    // oxlint-disable-next-line no-await-in-loop
    await putPiece(pieceDoor(upload, from, file.size), piece, {
      signal,
      onProgress: (bytes) => onProgress(from + bytes),
    })
    done += piece.size
    onProgress(done)
  } while (done < file.size)
}

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
    request.timeout = DEADLINE_MS * 2
    request.setRequestHeader('x-fleetkey-csrf', csrfToken())
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded))
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) resolve()
      else reject(refusalOf(request.status, parseJson(request.responseText)))
    })
    request.addEventListener('error', () => reject(unreachable()))
    request.addEventListener('timeout', () => reject(unreachable()))
    request.addEventListener('abort', () => reject(signal.reason as Error))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    if (signal.aborted) reject(signal.reason as Error)
    else request.send(piece)
  })
}

/**
 * Fetches a file; what came before it broke off is in `parts`, to which it goes on adding. What breaks off on the way is gone on with for as long as
 * something comes: when nothing does, the control plane says why.
 * @returns the whole file
 */
export async function downloadFile(
  from: { readonly terminalId: string; readonly path: string },
  parts: Blob[],
  moving: Moving,
): Promise<Blob> {
  let isWhole = false
  while (!isWhole) {
    const before = parts.length
    try {
      // oxlint-disable-next-line no-await-in-loop -- each goes on where the one before ended
      await downloadRest(from, parts, moving)
      isWhole = true
    } catch (error) {
      if (!(error instanceof BrokenOff) || parts.length === before) throw error
    }
  }
  // Without a type browsers look into it, and give the file an ending that it has not.
  return new Blob(parts, { type: 'application/octet-stream' })
}

async function downloadRest(
  from: { readonly terminalId: string; readonly path: string },
  parts: Blob[],
  { signal, onProgress }: Moving,
): Promise<void> {
  let done = parts.reduce((sum, { size }) => sum + size, 0)
  const response = await ask(doorOf(from.terminalId, 'file', { path: from.path }), {
    signal,
    hasNoDeadline: true,
    headers: done === 0 ? {} : { range: `bytes=${done}-` },
  })
  // A server that does not go on begins anew.
  if (response.status !== 206) {
    parts.length = 0
    done = 0
  }
  let waiting: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  const keep = () => {
    if (size > 0) parts.push(new Blob(waiting))
    waiting = []
    size = 0
  }
  const reader = response.body?.getReader()
  try {
    for (;;) {
      const read = await reader?.read()
      if (read === undefined || read.done) break
      waiting.push(read.value)
      size += read.value.length
      done += read.value.length
      onProgress(done)
      if (size >= PART) keep()
    }
  } catch {
    if (signal.aborted) throw signal.reason
    throw new BrokenOff()
  } finally {
    keep()
  }
}

export async function makeFolder(terminalId: string, path: string): Promise<void> {
  await ask(doorOf(terminalId, 'folder', { path }), { method: 'POST' })
}

/** Replaces nothing that is there. */
export async function renameFile(terminalId: string, path: string, to: string): Promise<void> {
  await ask(doorOf(terminalId, 'rename', { path, to }), { method: 'POST' })
}

/** A file, a link, or a folder that is empty. */
export async function removeFile(terminalId: string, path: string): Promise<void> {
  await ask(doorOf(terminalId, 'file', { path }), { method: 'DELETE' })
}

/** @param mode octal digits, as chmod has them */
export async function changeMode(terminalId: string, path: string, mode: string): Promise<void> {
  await ask(doorOf(terminalId, 'mode', { path, mode }), { method: 'POST' })
}

interface Asked {
  readonly method?: string
  readonly signal?: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
  readonly hasNoDeadline?: boolean
}

async function ask(door: string, asked: Asked): Promise<Response> {
  const { method = 'GET', signal, headers = {}, hasNoDeadline } = asked
  const signals = [
    ...(signal === undefined ? [] : [signal]),
    ...(hasNoDeadline === true ? [] : [AbortSignal.timeout(DEADLINE_MS)]),
  ]
  let response: Response
  try {
    response = await fetch(door, {
      method,
      headers: { 'x-fleetkey-csrf': csrfToken(), ...headers },
      signal: AbortSignal.any(signals),
    })
  } catch {
    if (signal?.aborted === true) throw signal.reason
    throw unreachable()
  }
  if (response.ok) return response
  throw refusalOf(response.status, parseJson(await response.text()))
}

function doorOf(terminalId: string, door: string, query: Readonly<Record<string, string>>): string {
  return `${TERMINALS_PATH}/${terminalId}/${door}?${new URLSearchParams(query).toString()}`
}

const NOT_REACHED = {
  code: 'Unreachable',
  status: 0,
  message:
    'The control plane was not reached. Go on when the network is back: what is there already is not sent again.',
}

const unreachable = () => new ApiRefusal(NOT_REACHED)

/** Something had come before. */
class BrokenOff extends ApiRefusal {
  constructor() {
    super(NOT_REACHED)
  }
}

function refusalOf(status: number, body: unknown): ApiRefusal {
  const said = isRecord(body) ? body : {}
  const text = (name: string) => (typeof said[name] === 'string' ? said[name] : undefined)
  const mend = text('mend')
  return new ApiRefusal({
    code: text('code') ?? 'Unexpected',
    status,
    message: `${text('message') ?? `The control plane answered with status ${status}.`}${mend === undefined ? '' : ` ${mend}`}`,
  })
}

function asListing(value: unknown): FileListing {
  if (!isRecord(value) || typeof value['path'] !== 'string' || !Array.isArray(value['entries'])) {
    throw refusalOf(200, undefined)
  }
  return {
    path: value['path'],
    entries: value['entries'].filter(isEntry),
    truncated: value['truncated'] === true,
  }
}

function isEntry(value: unknown): value is FileEntry {
  return (
    isRecord(value) &&
    typeof value['name'] === 'string' &&
    typeof value['kind'] === 'string' &&
    typeof value['size'] === 'number' &&
    typeof value['modifiedAt'] === 'number' &&
    typeof value['mode'] === 'number'
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
