import { BrokenOff } from './ask-door.ts'

/** What tells of itself now and then has gone with the network when nothing comes for so long: browsers wait on. Milliseconds. */
const SILENT_MS = 90_000

/** Pieces of an answer, as they come. @throws BrokenOff when no more come and it is not over; what `signal` has, when it is aborted */
export async function* piecesOf(
  response: Response,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader()
  if (reader === undefined) return
  try {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- piece after piece
      const { done, value } = await inTime(reader.read())
      if (done) return
      yield value
    }
  } catch {
    if (signal.aborted) throw signal.reason
    throw new BrokenOff()
  } finally {
    // Whoever wants no more of it: the server is told so.
    await reader.cancel().catch(() => {})
  }
}

async function inTime<Value>(work: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new BrokenOff()), SILENT_MS)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
