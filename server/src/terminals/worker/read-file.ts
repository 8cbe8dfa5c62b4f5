import type { Writable } from 'node:stream'
import type { SFTPWrapper } from 'ssh2'
import type { Awaited } from './patience.ts'
import { asked, isEndOfFile } from './sftp-promises.ts'

/** Of a request: what every sshd takes. */
const PIECE = 32 * 1024
/** Requests on their way at once: half a megabyte fills a wire of 100 ms and 5 MB/s. */
const AT_ONCE = 16

/** Sends a file from `offset` to `end` or where it ends before, in order. Resolves when all was taken, with how many bytes that are. */
export async function readFile(
  sftp: SFTPWrapper,
  from: {
    readonly handle: Buffer
    readonly path: string
    readonly offset: number
    readonly end: number
  },
  to: {
    write(bytes: Uint8Array): Promise<void>
    /** Called for each whole piece that came, and that was taken: a host that sends a byte now and then gets nowhere. */
    readonly awaits: (whom: Awaited) => void
  },
): Promise<number> {
  const { handle, path, offset, end } = from
  let next = offset
  let sent = 0
  const waiting: Promise<Uint8Array>[] = []
  const askAhead = () => {
    for (; waiting.length < AT_ONCE && next < end; next += PIECE) {
      const piece = readPiece(sftp, { handle, path, at: next, length: lengthAt(next) })
      // What is still on its way when one of them fails is nobody's.
      piece.catch(() => {})
      waiting.push(piece)
    }
  }
  const lengthAt = (at: number) => Math.min(PIECE, end - at)
  for (let at = offset; at < end; at += PIECE) {
    askAhead()
    // oxlint-disable-next-line no-await-in-loop -- in order
    const bytes = (await waiting.shift()) ?? new Uint8Array()
    if (bytes.length > 0) {
      to.awaits('page')
      // oxlint-disable-next-line no-await-in-loop -- no more than is taken
      await to.write(bytes)
      sent += bytes.length
    }
    to.awaits('host')
    // The end, or a file that is being written: what came after a short piece is not contiguous.
    if (bytes.length < lengthAt(at)) break
  }
  return sent
}

/** All of a piece, or as much as there is: a server may answer with less than was asked for. */
async function readPiece(
  sftp: SFTPWrapper,
  of: {
    readonly handle: Buffer
    readonly path: string
    readonly at: number
    readonly length: number
  },
): Promise<Uint8Array> {
  const { handle, path, at, length: wanted } = of
  const buffer = Buffer.alloc(wanted)
  let filled = 0
  while (filled < wanted) {
    const from = filled
    // oxlint-disable-next-line no-await-in-loop -- the rest of it
    const length = await asked<number>(path, (done) =>
      sftp.read(handle, buffer, from, wanted - from, at + from, (error, count) => {
        if (isEndOfFile(error)) done(undefined, 0)
        else done(error, count)
      }),
    )
    if (length === 0) break
    filled += length
  }
  return buffer.subarray(0, filled)
}

/** A stream that is written with what it takes. */
export function patiently(stream: Writable): { write(bytes: Uint8Array): Promise<void> } {
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        stream.write(bytes, (error) => (error ? reject(error) : resolve()))
      }),
  }
}
