import type { TrailEvent } from '@fleetkey/domain/trail-event'
import type { RecordingRow } from '../../store/recording-store.ts'
import type { TrailStore } from '../../store/store.ts'
import { operation } from '../operation.ts'
import { existing, onlyRecordingId, resourcesOf } from './named-recording.ts'
import { shownRecording } from './shown-recording.ts'

/** One recording: who, where, when, and what the trail says that it must hash to. Not what was shown: see ReadRecording. */
export const getRecording = operation<{ readonly recordingId: string }>({
  name: 'GetRecording',
  service: 'fleetkey',
  action: 'fleetkey:GetRecording',
  access: 'read',
  parse: onlyRecordingId,
  resources: ({ recordingId }, asker) => resourcesOf(recordingId, asker, 'also own'),
  trail: ({ recordingId }) => ({ requestParameters: { recordingId } }),

  async run({ recordingId }, call) {
    const row = await existing(recordingId, call)
    return {
      Recording: {
        ...shownRecording(row, call.recordings),
        ...(await onRecord(row, call.store.trail)),
      },
    }
  },
})

/** What RecordingFinished says: the table could be changed by whoever has the database, and the trail could not without it being seen. */
async function onRecord(row: RecordingRow, trail: Pick<TrailStore, 'read'>) {
  if (row.end === undefined) return {}
  const { trailSeq } = row.end
  const [entry] = await trail.read(trailSeq - 1, 1)
  // The trail may begin later by now (trail.retention).
  if (entry?.seq !== trailSeq) return {}
  const { eventName, additionalEventData: facts } = JSON.parse(entry.record) as TrailEvent
  const isIts = eventName === 'RecordingFinished' && facts['recordingId'] === row.recordingId
  return { TrailEventId: entry.eventId, TrailSha256: isIts ? facts['sha256'] : 'none' }
}
