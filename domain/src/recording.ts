/** 128 random bits: nobody finds one by trying. */
export const RECORDING_ID_PATTERN = /^r-[0-9a-f]{32}$/

/** On an instance, with the value `true`: there is no terminal to it that is not recorded. */
export const RECORDING_REQUIRED_TAG = 'fleetkey:RecordingRequired'

/**
 * `running`: being written. `finished`: whole. `cut-off`: the server that wrote it ended before the terminal did; all that was kept is there.
 * `failed`: it could not be kept any further (a full disk), and has all until then.
 */
export const RECORDING_STATES = ['running', 'finished', 'cut-off', 'failed'] as const
export type RecordingState = (typeof RECORDING_STATES)[number]
