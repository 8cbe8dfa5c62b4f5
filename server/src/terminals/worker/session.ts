import { once } from 'node:events'
import { connect, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { MessagePort } from 'node:worker_threads'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'
import type { SFTPWrapper } from 'ssh2'
import { BytePort } from '../byte-port.ts'
import { newEd25519Key } from '../ed25519-key.ts'
import { FileFailed, type FileOrder } from '../file-messages.ts'
import { doWithFiles } from './files.ts'
import type { ConnectOrder, FromWorker, WorkerWay } from './messages.ts'
import { OutputBatch } from './output-batch.ts'
import { SshConnection, type Shell } from './ssh-connection.ts'
import { SshFailed } from './ssh-failed.ts'

/** A host on the same network answers within milliseconds; one behind a firewall that drops is reached through its agent. */
const DIAL_WITHIN_MS = 2000
/** What the host took is told with its next output, which wakes the main thread anyhow: no later than this, or from so many bytes on. */
const TELL_TAKEN_MS = 50
const TELL_TAKEN = 32 * 1024
/** Things done with files at once. */
const MAX_FILE_ORDERS = 8
/** SFTP channels that did not answer, and that the host does not close either. */
const MAX_DROPPED = 3

/** A message without the number of its session. */
type Said = FromWorker extends infer One
  ? One extends FromWorker
    ? Omit<One, 'session'>
    : never
  : never

export type Say = (message: Said, transfer?: ArrayBuffer[]) => void

/** One terminal in the worker of its host. */
export class WorkerSession {
  readonly #say: Say
  readonly #over: () => void
  readonly #output: OutputBatch
  #privateKey: string
  readonly publicKey: string
  #connection: SshConnection | undefined
  #shell: Shell | undefined
  #sftp: Promise<SFTPWrapper> | undefined
  #taken = 0
  #tellTaken: NodeJS.Timeout | undefined
  #fileOrders = 0
  #dropped = 0
  #isOver = false

  constructor(say: Say, over: () => void) {
    this.#say = say
    this.#over = over
    const { privateKey, publicKey } = newEd25519Key()
    this.#privateKey = privateKey
    this.publicKey = publicKey
    this.#output = new OutputBatch((bytes) => {
      say({ kind: 'output', bytes }, [bytes.buffer])
      this.#sayTaken()
    })
  }

  async connect(order: ConnectOrder): Promise<void> {
    const { osUser, hostKeys } = order
    let socket: Duplex
    try {
      socket = await reach(order.way)
    } catch (error) {
      // Another way may be tried with the same key.
      return this.#say({ kind: 'unreached', says: error instanceof Error ? error.message : '' })
    }
    if (this.#isOver) return void socket.destroy()
    this.#say({ kind: 'reached', from: socket instanceof Socket ? socket.localAddress : undefined })
    const privateKey = this.#privateKey
    this.#privateKey = ''
    await this.#orFail(async () => {
      const lost = (why: SshFailed) => this.#lost(why)
      const connection = await SshConnection.open(socket, { osUser, privateKey, hostKeys, lost })
      this.#connection = connection
      if (this.#isOver) connection.end()
      else this.#say({ kind: 'let-in' })
    })
  }

  /** The shell, once whoever is to know of it does. */
  async start(size: TerminalSize): Promise<void> {
    await this.#orFail(async () => {
      this.#shell = await this.#connection?.shell(size, {
        output: (bytes) => this.#output.push(bytes),
        ended: (how) => this.#finish(endOf(how)),
      })
      this.#say({ kind: 'started' })
    })
  }

  async #orFail(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      const failed = error instanceof SshFailed ? error : new SshFailed('lost', String(error))
      this.#leave(() => this.#say({ kind: 'failed', failure: failed.failure }))
    }
  }

  input(bytes: Uint8Array): void {
    this.#shell?.write(bytes, () => {
      this.#taken += bytes.length
      if (this.#taken >= TELL_TAKEN) this.#sayTaken()
      else this.#tellTaken ??= setTimeout(() => this.#sayTaken(), TELL_TAKEN_MS)
    })
  }

  resize(size: TerminalSize): void {
    this.#shell?.resize(size)
  }

  grant(bytes: number): void {
    this.#shell?.grant(bytes)
  }

  async files(order: FileOrder, port: MessagePort): Promise<void> {
    this.#fileOrders++
    try {
      const open = () => this.#openSftp()
      await doWithFiles(order, port, { source: { open, drop: (sftp) => this.#dropSftp(sftp) } })
    } finally {
      this.#fileOrders--
    }
  }

  /** Whoever asked for it knows why. */
  end(): void {
    this.#leave(() => {})
  }

  async #openSftp(): Promise<SFTPWrapper> {
    if (this.#connection === undefined) throw new FileFailed('no-sftp', 'there is no connection')
    if (this.#fileOrders > MAX_FILE_ORDERS) {
      throw new FileFailed('busy', `${MAX_FILE_ORDERS} things are being done with files already`)
    }
    if (this.#dropped >= MAX_DROPPED) {
      const says = 'its SFTP server does not answer: open another terminal once it does again'
      throw new FileFailed('no-sftp', says)
    }
    try {
      return await (this.#sftp ??= this.#newSftp(this.#connection))
    } catch (error) {
      throw new FileFailed('no-sftp', error instanceof Error ? error.message : String(error))
    }
  }

  #newSftp(connection: SshConnection): Promise<SFTPWrapper> {
    const opening = connection.sftp()
    const forget = () => {
      if (this.#sftp === opening) this.#sftp = undefined
    }
    opening.then(
      (sftp) => {
        sftp.on('close', forget)
        sftp.on('error', forget)
      },
      (error: unknown) => {
        if (error instanceof SshFailed && error.failure.kind === 'late') this.#dropped++
        forget()
      },
    )
    return opening
  }

  /** What it was asked is kept until the host closes it: one that never does is not asked for ever. */
  #dropSftp(sftp: SFTPWrapper): void {
    this.#sftp = undefined
    this.#dropped++
    sftp.once('close', () => this.#dropped--)
    sftp.end()
  }

  #sayTaken(): void {
    clearTimeout(this.#tellTaken)
    this.#tellTaken = undefined
    if (this.#taken === 0) return
    const bytes = this.#taken
    this.#taken = 0
    this.#say({ kind: 'taken', bytes })
  }

  #lost({ failure }: SshFailed): void {
    if (failure.kind === 'misbehaved') {
      const says = `The connection was cut because of what the host sent: ${failure.says}.`
      return this.#finish({ cause: 'host-misbehaved', says })
    }
    this.#finish({
      cause: 'host-lost',
      says: `The connection to the host was lost: ${failure.says}.`,
      mend: 'If it was restarted, open a new terminal; else see "fleetkey doctor".',
    })
  }

  #finish(end: TerminalEnd): void {
    this.#leave(() => {
      this.#output.flush()
      this.#say({ kind: 'ended', end })
    })
  }

  #leave(last: () => void): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#tellTaken)
    last()
    this.#connection?.end()
    this.#over()
  }
}

function endOf(how: { readonly code: number | undefined; readonly signal: string | undefined }) {
  const { code, signal } = how
  if (signal !== undefined) {
    return { cause: 'signalled', says: `${signal} ended the shell on the host.` } as const
  }
  if (code !== undefined) {
    return { cause: 'exited', says: `The shell ended with ${code}.`, exitCode: code } as const
  }
  return { cause: 'host-closed', says: 'The host closed the session.' } as const
}

async function reach(way: WorkerWay): Promise<Duplex> {
  if (way.kind === 'carried') return new BytePort(way.port)
  const { address: host, port } = way
  const socket = connect({ host, port, noDelay: true })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(DIAL_WITHIN_MS) })
  } catch (error) {
    socket.destroy()
    const isLate = error instanceof Error && error.name === 'AbortError'
    throw isLate ? new Error(`no answer within ${DIAL_WITHIN_MS / 1000} seconds`) : error
  }
  return socket
}
