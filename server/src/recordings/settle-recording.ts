import type { RecordingEnd, RecordingRow, RecordingStore } from '../store/recording-store.ts'
import type { RecordingRecorder } from '../trail/record-recordings.ts'

/**
 * Puts the end of a recording on record, then in the table. In this order: what is listed as over can be checked against the trail. Rejects
 * when either cannot be written now; done again it does what is left.
 */
export async function settleRecording(
  row: Omit<RecordingRow, 'state' | 'end' | 'keptIn'>,
  end: Omit<RecordingEnd, 'trailSeq'>,
  parts: {
    readonly recordings: Pick<RecordingStore, 'end'>
    readonly recorder: Pick<RecordingRecorder, 'finished'>
  },
): Promise<void> {
  const { index: _, ...told } = end
  const trailSeq = await parts.recorder.finished(row, told)
  await parts.recordings.end(row.recordingId, { ...end, trailSeq })
}
