import { refuse, ServiceException } from './service-exception.ts'

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

/** There is nothing before it to be read. */
export const recordingGone = (recordingId: string) =>
  refuse(
    'RecordingDamagedException',
    500,
    `The recording ${recordingId} is not where it was kept: it was moved, or deleted by other means than Fleetkey. Put it back from a backup of the storage.`,
  )

export const recordingKeyLost = (recordingId: string) =>
  refuse(
    'RecordingDamagedException',
    500,
    `The recording ${recordingId} cannot be opened: its key was altered, or sealed under another master key than the server has now. Put the master key back under which it was recorded, or the database from a backup.`,
  )

export const recordingUnavailable = (detail: string) =>
  refuse('RecordingUnavailableException', 503, detail)

/**
 * What keeps it does not answer now, or not as it should; nothing is said of the recording itself.
 * @param cause for people, and names no path or address
 * @param recorded what the disk or the bucket said, for the trail alone
 */
export const recordingsUnreachable = (cause: string, recorded: string) =>
  new ServiceException({
    code: 'RecordingUnavailableException',
    status: 503,
    message: `This recording cannot be reached now: ${cause} Nothing is known to be lost. Whoever runs the control plane can mend it (recordings in its configuration); then try again.`,
    recorded,
  })

export const recordingRunning = (recordingId: string) =>
  refuse(
    'RecordingRunningException',
    409,
    `The recording ${recordingId} is still being written. End its terminal first, then delete it.`,
  )
