import { refuse } from './service-exception.ts'

export const recordingNotFound = (recordingId: string) =>
  refuse(
    'RecordingNotFoundException',
    404,
    `There is no recording ${recordingId}: it never was, was deleted, or is older than recordings.keepDays. List them: fleetkey recordings list.`,
  )

/** There is no terminal: this host demands that it is recorded. `cause` is for people, and names no path. */
export const recordingRequired = (cause: string) =>
  refuse(
    'RecordingRequiredException',
    503,
    `Terminals of this instance must be recorded, and this one cannot be: ${cause} Nothing was opened. Whoever runs the control plane can mend it; fleetkey ssh does not need it.`,
  )

/** `where`: which part, e.g. `chunk 7`. */
export const recordingDamaged = (recordingId: string, where: string) =>
  refuse(
    'RecordingDamagedException',
    500,
    `The recording ${recordingId} is not as it was written: ${where}. What is before it can be read. Compare the storage with a backup.`,
  )

export const recordingUnavailable = (detail: string) =>
  refuse('RecordingUnavailableException', 503, detail)

export const recordingRunning = (recordingId: string) =>
  refuse(
    'RecordingRunningException',
    409,
    `The recording ${recordingId} is still being written. End its terminal first, then delete it.`,
  )
