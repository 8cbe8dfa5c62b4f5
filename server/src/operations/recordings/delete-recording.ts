import { recordingRunning } from '@fleetkey/domain/exceptions/recordings'
import { operation } from '../operation.ts'
import { existing, onlyRecordingId, resourcesOf } from './named-recording.ts'

/** Removes a recording before its time. One's own needs a policy too: it may be what proves what one did. */
export const deleteRecording = operation<{ readonly recordingId: string }>({
  name: 'DeleteRecording',
  service: 'fleetkey',
  action: 'fleetkey:DeleteRecording',
  access: 'write',
  parse: onlyRecordingId,
  resources: ({ recordingId }, asker) => resourcesOf(recordingId, asker, 'by policy only'),
  trail: ({ recordingId }) => ({ requestParameters: { recordingId } }),

  async run({ recordingId }, call) {
    const row = await existing(recordingId, call)
    if (row.end === undefined) throw recordingRunning(recordingId)
    await call.recordings.remove(row)
    return { RecordingId: recordingId, Sha256: row.end.sha256 }
  },
})
