import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { signatureObject } from '@fleetkey/wire/trail/object-names'
import type { Destination, ExportFile } from './destination.ts'
import type { S3Client, S3Place } from '../../s3/s3-request.ts'
import { putObject } from './s3-put.ts'

const gzipInBackground = promisify(gzip)
const GZIP = 'application/x-gzip'

/** A bucket as CloudTrail fills one: the signature of a digest in its metadata, and beside it for copies, which have none. */
export function s3Destination(place: S3Place, client: S3Client): Destination {
  const put = async ({ name, content }: ExportFile, metadata: Record<string, string> = {}) =>
    putObject(place, client, {
      name,
      body: await gzipInBackground(content),
      contentType: GZIP,
      metadata,
    })
  return {
    name: `s3 ${place.endpoint} ${place.bucket}/${place.prefix}`,
    kind: 'export',
    async deliver({ logFiles, digest, signature }) {
      for await (const file of logFiles()) await put(file)
      await putObject(place, client, {
        name: signatureObject(digest.name),
        body: Buffer.from(`${signature}\n`),
        contentType: 'text/plain',
      })
      await put(digest, { signature, 'signature-algorithm': 'SHA256withRSA' })
    },
  }
}
