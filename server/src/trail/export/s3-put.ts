import { s3Request, type S3Client, type S3Place } from '../../s3/s3-request.ts'

/** PutObject (S3 API reference). Rejects unless the store has taken it. */
export async function putObject(
  place: S3Place,
  client: S3Client,
  object: {
    readonly name: string
    readonly body: Uint8Array
    readonly contentType: string
    readonly metadata?: Readonly<Record<string, string>>
  },
): Promise<void> {
  const metadata = Object.entries(object.metadata ?? {}).map(([name, value]) => [
    `x-amz-meta-${name}`,
    value,
  ])
  const answer = await s3Request(place, client, {
    operation: 'PutObject',
    method: 'PUT',
    name: object.name,
    headers: {
      ...(Object.fromEntries(metadata) as Record<string, string>),
      'content-type': object.contentType,
    },
    body: object.body,
  })
  await answer.body?.cancel()
}
