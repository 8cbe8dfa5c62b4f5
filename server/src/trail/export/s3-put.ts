import { signSigV4 } from '@fleetkey/wire/aws/sigv4-sign'
import type { Digests } from '@fleetkey/wire/aws/sigv4'

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

const DEADLINE_MS = 20_000
const SHOWN = 200

/** PutObject (S3 API reference). Rejects unless the store has taken it. */
export async function putObject(
  place: S3Place,
  { digests, now }: S3Client,
  object: {
    readonly name: string
    readonly body: Uint8Array
    readonly contentType: string
    readonly metadata?: Readonly<Record<string, string>>
  },
): Promise<void> {
  const url = new URL(place.endpoint)
  const path = [place.bucket, place.prefix, object.name].filter((part) => part !== '').join('/')
  const target = `${url.pathname.replace(/\/$/, '')}/${path}`
  const metadata = Object.entries(object.metadata ?? {}).map(([name, value]) => [
    `x-amz-meta-${name}`,
    value,
  ])
  const headers = {
    ...(Object.fromEntries(metadata) as Record<string, string>),
    'content-type': object.contentType,
    'x-amz-content-sha256': digests.sha256(object.body).toHex(),
  }
  const { host, ...signed } = signSigV4(
    {
      method: 'PUT',
      host: url.host,
      target,
      headers,
      body: object.body,
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
    method: 'PUT',
    headers: { ...headers, ...signed },
    body: object.body as Uint8Array<ArrayBuffer>,
    redirect: 'error',
    signal: AbortSignal.timeout(DEADLINE_MS),
  })
  const text = await answer.text()
  if (answer.ok) return
  const code = /<Code>([A-Za-z0-9.]{1,64})<\/Code>/.exec(text.slice(0, 10_000))?.[1] ?? ''
  throw new Error(`${host} answered ${answer.status} ${code} to PutObject ${path}`.slice(0, SHOWN))
}
