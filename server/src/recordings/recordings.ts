import { randomBytes } from 'node:crypto'
import { instanceName } from '@fleetkey/domain/instance'
import { recordingRequired } from '@fleetkey/domain/exceptions/recordings'
import { ownerOf } from '@fleetkey/domain/owner'
import { RECORDING_REQUIRED_TAG } from '@fleetkey/domain/recording'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import type { Envelope } from '../secrets/envelope.ts'
import type { RecordingRow, RecordingStore } from '../store/recording-store.ts'
import type {
  RecordedTerminal,
  TerminalRecorder,
  TerminalRecording,
} from '../terminals/recorder.ts'
import type { RecordingRecorder } from '../trail/record-recordings.ts'
import type { RecordingBucket } from './bucket.ts'
import type { RecordingDirectory } from './directory.ts'
import { createLibrary, type RecordingLibrary } from './library.ts'
import { newRecordingKey, openRecordingKey, sealRecordingKey } from './recording-key.ts'
import { RecordingWriter } from './recording-writer.ts'
import type { RecordingsConfig } from './recordings-config.ts'
import { recoverRecording } from './recover-recording.ts'
import { settleRecording } from './settle-recording.ts'
import { diskTrouble } from './storage-trouble.ts'
import { BytesMissing } from './stored-bytes.ts'
import { startUpkeep } from './upkeep.ts'

export interface RecordingParts {
  readonly config: Omit<RecordingsConfig, 'directory' | 's3'>
  readonly directory: RecordingDirectory
  /** Where they go when they are over. */
  readonly bucket?: RecordingBucket | undefined
  readonly recordings: RecordingStore
  readonly recorder: RecordingRecorder
  readonly envelope: Envelope
  readonly now: () => number
  /** Milliseconds of a clock that nobody sets. */
  readonly elapsed: () => number
  readonly log: {
    info(facts: object, text: string): void
    warn(facts: object, text: string): void
  }
  /** See startUpkeep. */
  readonly everyMs?: number | undefined
}

export interface Recordings extends TerminalRecorder, RecordingLibrary {
  /** Resolves once what an earlier run left is put in order, and what was to be moved or removed now was tried. */
  settled(): Promise<void>
  stop(): Promise<void>
}

type Begun = Omit<RecordingRow, 'state' | 'end' | 'keptIn'>

/** Records terminals, and keeps, opens and removes what was recorded. */
export function createRecordings(parts: RecordingParts): Recordings {
  const { config, directory, recordings, recorder, envelope, now, elapsed, log } = parts
  const writers = new Map<string, RecordingWriter>()
  /** Over, and not in the table as yet. */
  const unsettled = new Map<string, () => Promise<void>>()

  const isRequired = ({ instanceTags }: RecordedTerminal): boolean =>
    config.required === 'always' ||
    (config.required === 'tagged' && instanceTags[RECORDING_REQUIRED_TAG] === 'true')

  async function begin(terminal: RecordedTerminal): Promise<TerminalRecording> {
    const recordingId = `r-${randomBytes(16).toString('hex')}`
    const key = newRecordingKey()
    const row = rowOf(terminal, {
      recordingId,
      hasInput: config.input,
      sealedKey: sealRecordingKey(envelope, { recordingId, key }),
    })
    const file = await directory.create(row)
    let writer: RecordingWriter
    try {
      writer = await RecordingWriter.begin({
        recordingId,
        key,
        file,
        header: {
          width: terminal.cols,
          height: terminal.rows,
          timestamp: Math.floor(terminal.startedAt / 1000),
          title: `${terminal.osUser}@${row.instanceName ?? row.instanceId}`,
        },
        elapsed,
        maxBytes: config.maxMegabytes * (1 << 20),
      })
      // Before anything is shown: what was recorded and is not there later is missed.
      await recordings.start(row)
      await recorder.started(row)
    } catch (error) {
      await file.close().catch(() => undefined)
      await directory.remove(row).catch(() => undefined)
      await recordings.forget(recordingId).catch(() => undefined)
      throw error
    }
    writers.set(recordingId, writer)
    return recordingOf(row, writer, isRequired(terminal))
  }

  function recordingOf(row: Begun, writer: RecordingWriter, required: boolean): TerminalRecording {
    const { recordingId } = row
    let failedBy: Error | undefined
    void writer.failed.then((error) => {
      failedBy = error
      log.warn({ recordingId, error: error.message }, 'a recording cannot be kept any more')
    })
    return {
      recordingId,
      required,
      output: (bytes) => writer.output(bytes),
      ...(row.hasInput && { input: (bytes: Uint8Array) => writer.input(bytes) }),
      resized: (cols, rows) => writer.resized(cols, rows),
      // The person reads it: what of the disk, and not its error.
      failed: writer.failed.then((error) => new Error(diskTrouble(error), { cause: error })),
      async end(why: TerminalEnd) {
        const written = await writer.end()
        const state = failedBy === undefined ? 'finished' : 'failed'
        const because =
          failedBy === undefined ? why.says : `It could not be kept: ${diskTrouble(failedBy)}`
        const end = { ...written, state, because, at: now() } as const
        unsettled.set(recordingId, () => settleRecording(row, end, parts))
        await settle(recordingId)
        if (failedBy !== undefined) throw failedBy
      },
    }
  }

  /** While it cannot be, it stays readable, and is tried again: its bytes are safe. */
  async function settle(recordingId: string): Promise<void> {
    const work = unsettled.get(recordingId)
    try {
      await work?.()
      unsettled.delete(recordingId)
      writers.delete(recordingId)
      if (parts.bucket !== undefined) upkeep.wake()
    } catch (error) {
      log.warn({ recordingId, error: String(error) }, 'the end of a recording is not on record yet')
    }
  }

  /** What an earlier run did not end. */
  async function recoverOne(row: RecordingRow): Promise<void> {
    const key = openRecordingKey(envelope, row)
    const stored = await directory.open(row).catch((error: unknown) => {
      if (error instanceof BytesMissing) return undefined
      throw error
    })
    try {
      await settleRecording(row, await recoverRecording(stored, row, key), parts)
    } finally {
      await stored?.close()
    }
  }

  const upkeep = startUpkeep({
    ...parts,
    keepDays: config.keepDays,
    isHere: (recordingId) => writers.has(recordingId),
    recoverOne,
    settleRest: async () => {
      for (const recordingId of unsettled.keys()) {
        // oxlint-disable-next-line no-await-in-loop -- a few
        await settle(recordingId)
      }
    },
  })

  return {
    ...createLibrary({ ...parts, writers }),
    async begin(terminal) {
      const required = isRequired(terminal)
      if (!config.enabled) {
        if (required) throw recordingRequired('recordings are turned off (recordings.enabled).')
        return undefined
      }
      try {
        return await begin(terminal)
      } catch (error) {
        const { terminalId, instanceId } = terminal
        const facts = { terminalId, instanceId, required, error: String(error) }
        log.warn(facts, 'a terminal cannot be recorded')
        const cause = diskTrouble(error)
        if (required) throw recordingRequired(cause)
        return { unrecorded: cause }
      }
    },
    settled: () => upkeep.settled(),
    async stop() {
      await upkeep.stop()
      await Promise.all(writers.values().map((writer) => writer.abandon()))
    },
  }
}

function rowOf(
  terminal: RecordedTerminal,
  made: Pick<Begun, 'recordingId' | 'hasInput' | 'sealedKey'>,
): Begun {
  const { instanceId, instanceTags: tags, identity } = terminal
  const name = instanceName({ tags })
  const owner = ownerOf(identity)
  return {
    ...made,
    terminalId: terminal.terminalId,
    instanceId,
    ...(name === undefined ? {} : { instanceName: name }),
    osUser: terminal.osUser,
    principalId: 'principalId' in identity ? identity.principalId : '',
    principalArn: terminal.principalArn,
    userName: terminal.userName,
    ...(owner === undefined ? {} : { owner }),
    requestId: terminal.grantRequestId,
    startedAt: terminal.startedAt,
    cols: terminal.cols,
    rows: terminal.rows,
  }
}
