import { signSigV4 } from '@fleetkey/wire/aws/sigv4-sign'
import type { Digests } from '@fleetkey/wire/aws/sigv4'
import { answerWithin } from './answer-within.ts'

/** An S3-compatible store, addressed by path: works with a host name or an address, and without a certificate for each bucket. */
export interface S3Place {
  /** `https://s3.example.com`, `http://127.0.0.1:9000` */
  readonly endpoint: string
  readonly bucket: string
  /** Without the slash; empty for none. */
  readonly prefix: string
  readonly region: string
  readonly accessKeyId: string
  /** Asked for each time, so that a new one takes effect without a restart. Never shown. */
  secretAccessKey(): Promise<string>
}

export interface S3Client {
  readonly digests: Digests
  readonly now: () => number
}

export interface S3Request {
  /** The operation, for messages: `PutObject`. */
  readonly operation: string
  readonly method: 'DELETE' | 'GET' | 'HEAD' | 'POST' | 'PUT'
  readonly name: string
  /** As it stands in the URL, without the question mark: sorted by name, each with its `=`. */
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** Of the answer's head, in milliseconds. Default: 20 seconds. */
  readonly withinMs?: number
  /** Nobody waits for it any more. */
  readonly signal?: AbortSignal | undefined
}

const DEADLINE_MS = 20_000
const SHOWN = 200
const MAX_REFUSAL = 64 * 1024

/** One request of the S3 API, signed together with its body. Rejects unless the store did it. */
export async function s3Request(
  place: S3Place,
  { digests, now }: S3Client,
  asked: S3Request,
): Promise<Response> {
  const { operation, method, name, query, body = new Uint8Array(), signal } = asked
  const late = AbortSignal.timeout(asked.withinMs ?? DEADLINE_MS)
  const url = new URL(place.endpoint)
  const path = [place.bucket, place.prefix, name].filter((part) => part !== '').join('/')
  const suffix = query === undefined ? '' : `?${query}`
  const target = `${url.pathname.replace(/\/$/, '')}/${path}${suffix}`
  const headers = { ...asked.headers, 'x-amz-content-sha256': digests.sha256(body).toHex() }
  const { host, ...signed } = signSigV4(
    {
      method,
      host: url.host,
      target,
      headers,
      body,
      credentials: {
        accessKeyId: place.accessKeyId,
        secretAccessKey: await place.secretAccessKey(),
      },
      region: place.region,
      service: 's3',
      now: now(),
    },
    digests,
  )
  const answer = await fetch(new URL(target, url), {
    method,
    headers: { ...headers, ...signed },
    ...(body.length > 0 && { body: body as Uint8Array<ArrayBuffer> }),
    redirect: 'error',
    signal: signal === undefined ? late : AbortSignal.any([late, signal]),
  })
  if (answer.ok) return answer
  // Why it says no is worth no more memory than that.
  const text = await answerWithin(answer, MAX_REFUSAL).catch(() => '')
  const code = /<Code>([A-Za-z0-9.]{1,64})<\/Code>/.exec(text.toString())?.[1] ?? ''
  throw new S3Refused(
    `${host} answered ${answer.status} ${code} to ${operation} ${path}`.slice(0, SHOWN),
    { status: answer.status, code },
  )
}

/** The store said no. */
export class S3Refused extends Error {
  readonly status: number
  /** `NoSuchKey`; empty where none was told: then it may be no store at all that answers. */
  readonly code: string

  constructor(message: string, told: { readonly status: number; readonly code: string }) {
    super(message)
    this.name = 'S3Refused'
    this.status = told.status
    this.code = told.code
  }
}
