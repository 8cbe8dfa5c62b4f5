import { placeOf } from '../../s3/s3-config.ts'
import type { S3Client } from '../../s3/s3-request.ts'
import type { TrailConfig } from '../trail-config.ts'
import { fileAnchor, s3Anchor, webhookAnchor } from './anchors.ts'
import type { Destination } from './destination.ts'
import { directoryDestination } from './directory.ts'
import { s3Destination } from './s3.ts'

/** Every destination that is configured. */
export function destinationsOf(
  config: TrailConfig,
  parts: S3Client & { readonly environment: Readonly<Record<string, string | undefined>> },
): readonly Destination[] {
  const { environment } = parts
  return [
    ...config.export.map((to) =>
      'directory' in to
        ? directoryDestination(to.directory)
        : s3Destination(placeOf(to.s3, environment), parts),
    ),
    ...config.anchors.map((to) => {
      if ('file' in to) return fileAnchor(to.file)
      return 'webhook' in to
        ? webhookAnchor(to.webhook)
        : s3Anchor(placeOf(to.s3, environment), parts)
    }),
  ]
}

/** Where a verifier of AWS's looks: the first bucket. Without one the name is only part of what is signed. */
export function bucketOf({ export: to }: TrailConfig): {
  readonly bucket: string
  readonly prefix: string
} {
  for (const one of to) {
    if ('s3' in one) return { bucket: one.s3.bucket, prefix: one.s3.prefix ?? '' }
  }
  return { bucket: 'fleetkey-trail', prefix: '' }
}
