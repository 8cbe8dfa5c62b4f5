import { on } from 'node:events'
import type { MessagePort } from 'node:worker_threads'
import type {
  RecordedTerminalFacts,
  TerminalActor,
  TerminalFileAct,
  TerminalRecords,
} from '../trail/record-terminals.ts'
import { BytePort } from './byte-port.ts'
import { FileFailed, type FileAnswer, type FileOrder, type TreeWord } from './file-messages.ts'
import type { HostSession } from './host-session.ts'

/** What is done with files: its first answer, and what comes after it. */
export interface FileDeed extends FirstAnswer {
  readonly answer: Exclude<FileAnswer, { readonly kind: 'failed' }>
  /** To be called once: what it came to is on record then. `facts` are for the record alone. */
  done(
    failure: FileFailed | undefined,
    bytes: number,
    facts?: Readonly<Record<string, unknown>>,
  ): Promise<void>
}

interface FirstAnswer {
  readonly answer: FileAnswer
  /** The stream of its bytes, where some go. */
  readonly bytes: BytePort | undefined
  /** Of a tree. */
  readonly walk: TreeWalk | undefined
}

export interface TreeWalk {
  /** Ends with `end`, or without when the terminal has ended. */
  readonly words: AsyncIterable<TreeWord>
  /** It goes no further; `end` comes. */
  stop(): void
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
  'count-tree': 'List',
  'remove-tree': 'Remove',
  archive: 'Read',
}

/** With all that is in it. */
const isTree = ({ kind }: FileOrder): boolean =>
  kind === 'count-tree' || kind === 'remove-tree' || kind === 'archive'

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
    const recursive = isTree(order) && { recursive: true }
    const act = does === undefined ? undefined : { does, path, facts: { ...facts, ...recursive } }
    if (act !== undefined && isFirst(order)) await records.file(actor, recorded, act, 'begun')
    const done: FileDeed['done'] = async (failure, bytes, outcome) => {
      if (act === undefined || !(failure !== undefined || isLast(order, bytes))) return
      const { kind: errorCode, says: errorMessage } = failure?.failure ?? {}
      await records.file(actor, recorded, act, 'done', {
        bytes,
        ...(outcome !== undefined && { facts: outcome }),
        ...(errorCode !== undefined && { errorCode, errorMessage }),
      })
    }
    const { answer, ...rest } = await firstAnswer(session.files(order))
    if (answer.kind === 'failed') {
      const failure = new FileFailed(answer.failure.kind, answer.failure.says)
      await done(failure, 0)
      throw failure
    }
    return { answer, ...rest, done }
  }
}

/** An upload comes in pieces: what is on record is that it began, and what became of it. */
const isFirst = (order: FileOrder): boolean => order.kind !== 'write' || order.offset === 0
const isLast = (order: FileOrder, bytes: number): boolean =>
  order.kind !== 'write' || order.offset + bytes === order.size

/** The stream is there in the same moment, or what comes next would be heard by nobody. */
function firstAnswer(port: MessagePort): Promise<FirstAnswer> {
  return new Promise((resolve) => {
    const lost = () => {
      const failure = { kind: 'no-sftp', says: 'the terminal has ended' } as const
      resolve({ answer: { kind: 'failed', failure }, bytes: undefined, walk: undefined })
    }
    port.on('close', lost)
    port.once('message', (answer: FileAnswer) => {
      port.off('close', lost)
      resolve({
        answer,
        bytes: BYTES.has(answer.kind) ? new BytePort(port) : undefined,
        walk: answer.kind === 'walking' ? walkOf(port) : undefined,
      })
    })
  })
}

const BYTES: ReadonlySet<FileAnswer['kind']> = new Set(['reading', 'writing', 'packing'])

function walkOf(port: MessagePort): TreeWalk {
  const said = on(port, 'message', { close: ['close'] })
  return {
    words: (async function* () {
      for await (const [word] of said) {
        yield word as TreeWord
        if ((word as TreeWord).kind === 'end') return
      }
    })(),
    stop: () => port.postMessage('stop'),
  }
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
