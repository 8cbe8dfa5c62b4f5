import { recordingUnavailable } from '@fleetkey/domain/exceptions/recordings'
import type { RecordingRow } from '../store/recording-store.ts'
import type { RecordingBucket } from './bucket.ts'
import type { RecordingDirectory } from './directory.ts'

/** From both places: a move may have been cut off between them. Rejects when one that it may be in cannot be asked. */
export async function removeBytes(
  row: RecordingRow,
  {
    directory,
    bucket,
  }: {
    readonly directory: Pick<RecordingDirectory, 'remove'>
    readonly bucket?: Pick<RecordingBucket, 'remove'> | undefined
  },
): Promise<void> {
  if (row.keptIn === 's3' && bucket === undefined) throw bucketNotSet()
  await bucket?.remove(row)
  await directory.remove(row)
}

export const bucketNotSet = () =>
  recordingUnavailable(
    'This recording is in a bucket, and recordings.s3 is not set any more. Whoever runs the control plane can set it again.',
  )
