import { s3Request, S3Refused, type S3Client, type S3Place } from '../s3/s3-request.ts'
import { answerWithin } from '../s3/answer-within.ts'
import { recordingName, type NamedRecording } from './directory.ts'
import { bucketTrouble, orTrouble } from './storage-trouble.ts'
import { BytesMissing, type StoredBytes } from './stored-bytes.ts'

/** Recordings as objects of a bucket. */
export interface RecordingBucket {
  /** Resolves when the store has all of it. A part is in memory at a time. Rejects soon when `signal` is aborted, with nothing half of it left. */
  upload(
    named: NamedRecording,
    from: StoredBytes,
    options: { readonly size: number; readonly signal?: AbortSignal },
  ): Promise<void>
  /** Reading rejects with BytesMissing, or a StorageTrouble. */
  open(named: NamedRecording): StoredBytes
  /** Settles also when there is none. Rejects with a StorageTrouble. */
  remove(named: NamedRecording): Promise<void>
}

/** A part must have 5 MiB, but for the last (S3 user guide, "Amazon S3 multipart upload limits"). */
const PART = 8 << 20
const CONTENT_TYPE = 'application/octet-stream'
const MAX_PARTS = 10_000
/** What is said of an upload, in XML. */
const MAX_ANSWER = 64 * 1024
/** For what is left to be said when a server stops. */
const LAST_WORDS_MS = 2000

export function recordingBucket(place: S3Place, client: S3Client): RecordingBucket {
  const ask = (request: Parameters<typeof s3Request>[2]) => s3Request(place, client, request)

  async function uploadWhole(
    name: string,
    body: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const headers = { 'content-type': CONTENT_TYPE }
    await done(ask({ operation: 'PutObject', method: 'PUT', name, headers, body, signal }))
  }

  async function uploadParts(
    name: string,
    from: StoredBytes,
    { size, signal }: Parameters<RecordingBucket['upload']>[2],
  ): Promise<void> {
    const partLength = Math.max(PART, Math.ceil(size / MAX_PARTS))
    const headers = { 'content-type': CONTENT_TYPE }
    const begun = await ask({
      operation: 'CreateMultipartUpload',
      method: 'POST',
      name,
      query: 'uploads=',
      headers,
      signal,
    })
    const uploadId = /<UploadId>([^<]{1,1024})<\/UploadId>/.exec(
      (await answerWithin(begun, MAX_ANSWER)).toString(),
    )?.[1]
    if (uploadId === undefined) throw new Error('CreateMultipartUpload was answered without an id')
    const upload = `uploadId=${encodeURIComponent(unescaped(uploadId))}`
    try {
      const parts: string[] = []
      for (let at = 0, number = 1; at < size; at += partLength, number++) {
        // oxlint-disable-next-line no-await-in-loop -- one part in memory at a time
        const body = await from.read(at, Math.min(partLength, size - at))
        const query = `partNumber=${number}&${upload}`
        // oxlint-disable-next-line no-await-in-loop -- one part in memory at a time
        const answer = await ask({
          operation: 'UploadPart',
          method: 'PUT',
          name,
          query,
          body,
          signal,
        })
        const tag = escaped(answer.headers.get('etag') ?? '')
        // oxlint-disable-next-line no-await-in-loop -- the connection is free again
        await answer.body?.cancel()
        parts.push(`<Part><PartNumber>${number}</PartNumber><ETag>${tag}</ETag></Part>`)
      }
      const body = Buffer.from(
        `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`,
      )
      const operation = 'CompleteMultipartUpload'
      const completed = await ask({ operation, method: 'POST', name, query: upload, body, signal })
      const text = (await answerWithin(completed, MAX_ANSWER)).toString()
      // It may say 200 and then, in what follows, that it failed (S3 API reference, CompleteMultipartUpload).
      if (text.includes('<Error>')) throw new Error(`${operation} failed after it had begun`)
    } catch (error) {
      const operation = 'AbortMultipartUpload'
      const last = signal?.aborted === true ? { withinMs: LAST_WORDS_MS } : {}
      await done(ask({ operation, method: 'DELETE', name, query: upload, ...last })).catch(
        () => undefined,
      )
      throw error
    }
  }

  async function sizeOf(name: string): Promise<number> {
    const answer = await ask({ operation: 'HeadObject', method: 'HEAD', name })
    return Number(answer.headers.get('content-length'))
  }

  async function read(name: string, at: number, length: number): Promise<Buffer> {
    const headers = { range: `bytes=${at}-${at + length - 1}` }
    let answer: Response
    try {
      answer = await ask({ operation: 'GetObject', method: 'GET', name, headers })
    } catch (error) {
      if (isNoSuchKey(error)) throw new BytesMissing(name, { cause: error })
      if (error instanceof S3Refused && error.status === 416) return Buffer.alloc(0)
      throw error
    }
    // A store without ranges answers with all of it: that is never read into memory.
    if (answer.status !== 206) {
      await answer.body?.cancel()
      throw new Error('the store does not answer for ranges of an object')
    }
    return await answerWithin(answer, length)
  }

  async function remove(name: string): Promise<void> {
    try {
      await done(ask({ operation: 'DeleteObject', method: 'DELETE', name }))
    } catch (error) {
      if (!isNoSuchKey(error)) throw error
    }
  }

  return {
    async upload(named, from, options) {
      const { size, signal } = options
      const name = recordingName(named)
      if (size <= PART) await uploadWhole(name, await from.read(0, size), signal)
      else await uploadParts(name, from, options)
      const stored = await sizeOf(name)
      if (stored !== size) throw new Error(`the store has ${stored} bytes of ${size}`)
    },
    open(named) {
      const name = recordingName(named)
      return {
        read: (at, length) =>
          length === 0
            ? Promise.resolve(Buffer.alloc(0))
            : orTrouble(bucketTrouble, () => read(name, at, length), isMissing),
        close: () => Promise.resolve(),
      }
    },
    remove: (named) => orTrouble(bucketTrouble, () => remove(recordingName(named))),
  }
}

const isMissing = (error: unknown) => error instanceof BytesMissing

/** Any other 404 is of a bucket that is gone, or of something that is no store. */
const isNoSuchKey = (error: unknown) =>
  error instanceof S3Refused && error.status === 404 && error.code === 'NoSuchKey'

async function done(asked: Promise<Response>): Promise<void> {
  await (await asked).body?.cancel()
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}
const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (found) => ENTITIES[found] ?? '')
const unescaped = (text: string) =>
  text.replaceAll(
    /&(?:amp|lt|gt|quot);/g,
    (found) => Object.keys(ENTITIES).find((one) => ENTITIES[one] === found) ?? '',
  )
