import type { MessagePort } from 'node:worker_threads'
import type {
  RecordedTerminalFacts,
  TerminalActor,
  TerminalFileAct,
  TerminalRecords,
} from '../trail/record-terminals.ts'
import { BytePort } from './byte-port.ts'
import { FileFailed, type FileAnswer, type FileOrder } from './file-messages.ts'
import type { HostSession } from './host-session.ts'

/** What is done with a file: its first answer, and the stream of its bytes where some go. */
export interface FileDeed {
  readonly answer: Exclude<FileAnswer, { readonly kind: 'failed' }>
  readonly bytes: BytePort | undefined
  /** To be called once: what it came to is on record then. */
  done(failure: FileFailed | undefined, bytes: number): Promise<void>
}

/** How far an upload is, and that it was given up, is part of it. */
const NAMES: Readonly<Record<FileOrder['kind'], TerminalFileAct['does'] | undefined>> = {
  list: 'List',
  read: 'Read',
  write: 'Write',
  uploaded: undefined,
  'give-up': undefined,
  'make-folder': 'MakeFolder',
  rename: 'Rename',
  'change-mode': 'ChangeMode',
  remove: 'Remove',
}

/** The files of the user of a terminal, over its SSH connection. */
export class FilesOfTerminal {
  readonly #parts: {
    readonly session: Pick<HostSession, 'files'>
    readonly records: Pick<TerminalRecords, 'file'>
    readonly recorded: RecordedTerminalFacts
  }

  constructor(parts: {
    readonly session: Pick<HostSession, 'files'>
    readonly records: Pick<TerminalRecords, 'file'>
    readonly recorded: RecordedTerminalFacts
  }) {
    this.#parts = parts
  }

  /** Begins it, once that is on record. Throws FileFailed. */
  async do(actor: TerminalActor, order: FileOrder): Promise<FileDeed> {
    const { session, records, recorded } = this.#parts
    const { kind, path, ...facts } = order
    const does = NAMES[kind]
    const act = does === undefined ? undefined : { does, path, facts }
    if (act !== undefined && isFirst(order)) await records.file(actor, recorded, act, 'begun')
    const done = async (failure: FileFailed | undefined, bytes: number) => {
      if (act === undefined || !(failure !== undefined || isLast(order, bytes))) return
      const { kind: errorCode, says: errorMessage } = failure?.failure ?? {}
      await records.file(actor, recorded, act, 'done', {
        bytes,
        ...(errorCode !== undefined && { errorCode, errorMessage }),
      })
    }
    const { answer, bytes } = await firstAnswer(session.files(order))
    if (answer.kind === 'failed') {
      const failure = new FileFailed(answer.failure.kind, answer.failure.says)
      await done(failure, 0)
      throw failure
    }
    return { answer, bytes, done }
  }
}

/** An upload comes in pieces: what is on record is that it began, and what became of it. */
const isFirst = (order: FileOrder): boolean => order.kind !== 'write' || order.offset === 0
const isLast = (order: FileOrder, bytes: number): boolean =>
  order.kind !== 'write' || order.offset + bytes === order.size

/** The stream is there in the same moment, or what comes next would be heard by nobody. */
function firstAnswer(
  port: MessagePort,
): Promise<{ readonly answer: FileAnswer; readonly bytes: BytePort | undefined }> {
  return new Promise((resolve) => {
    const lost = () => {
      const says = 'the terminal has ended'
      resolve({ answer: { kind: 'failed', failure: { kind: 'no-sftp', says } }, bytes: undefined })
    }
    port.on('close', lost)
    port.once('message', (answer: FileAnswer) => {
      port.off('close', lost)
      const hasBytes = answer.kind === 'reading' || answer.kind === 'writing'
      resolve({ answer, bytes: hasBytes ? new BytePort(port) : undefined })
    })
  })
}

/** What a transfer broke with. */
export function failureIn(error: unknown): FileFailed {
  if (error instanceof FileFailed) return error
  const text = error instanceof Error ? error.message : String(error)
  try {
    const { kind, says } = JSON.parse(text) as FileFailed['failure']
    return new FileFailed(kind, says)
  } catch {
    return new FileFailed('failed', text)
  }
}
