import {
  lstatSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sessionBindRequest, SUCCESS_ANSWER } from '../ssh/agent-messages.ts'
import type { PrivateAgent } from '../ssh/private-agent.ts'

/** How long a socket is still served after another took its place: for an ssh that was on its way to it. */
const GRACE_MS = 300
const ASK_MS = 2000
/** How long another ssh that is being answered here may take. */
const FINISH_MS = 5000

/**
 * The one socket at which every ssh that connects to the same host, port and user looks for its key (IdentityAgent has no token that tells
 * two of them apart). Each connection has a process with a key of its own; they share the path like this:
 *
 * - a process listens at sockets of its own and puts a symbolic link to one of them at the shared path, in one step. It does so before it
 *   passes a byte of its host on, so whenever an ssh comes to the path there is somebody behind it;
 * - whoever is asked looks whose connection it is, by the host's signature, and lets that process answer;
 * - who leaves puts the link to somebody who stays, and serves on for a moment.
 */
export class KeySocket {
  readonly #folder: string
  readonly #shared: string
  readonly #own: string
  readonly #agent: PrivateAgent
  readonly #isOurs: (signature: Buffer) => boolean
  #left: Promise<void> | undefined

  /**
   * @param parts.folder that only this user can enter
   * @param parts.name of the shared path in it: letters and digits
   * @param parts.isOurs whether a signature is the one that the host gave over this process's connection
   */
  constructor(parts: {
    readonly folder: string
    readonly name: string
    readonly agent: PrivateAgent
    readonly isOurs: (signature: Buffer) => boolean
  }) {
    this.#folder = parts.folder
    this.#shared = parts.name
    this.#own = `${process.pid}`
    this.#agent = parts.agent
    this.#isOurs = parts.isOurs
  }

  /** From now on the shared path leads here. */
  async open(): Promise<void> {
    const { own, others } = { own: this.#path(this.#own), others: this.#path(`${this.#own}.o`) }
    // Of a process of the same number that was killed.
    for (const path of [own, others]) rmSync(path, { force: true })
    await this.#agent.listen(own, async (signature) =>
      this.#isOurs(signature) ? 'ours' : this.#whose(signature),
    )
    await this.#agent.listen(others, async (signature) =>
      this.#isOurs(signature) ? 'ours' : undefined,
    )
    writeFileSync(this.#path(`${this.#shared}.${this.#own}`), '', { mode: 0o600 })
    this.#lead(this.#own)
  }

  /** Leaves the shared path to others. Resolves when nobody can be on the way here any more. */
  leave(): Promise<void> {
    this.#left ??= this.#leave()
    return this.#left
  }

  async #leave(): Promise<void> {
    rmSync(this.#path(`${this.#shared}.${this.#own}`), { force: true })
    // An ssh that followed the link before waits in this socket's queue, whoever put the link elsewhere and when.
    do {
      const [other] = this.#others()
      if (this.#leadsHere()) {
        if (other === undefined) rmSync(this.#path(this.#shared), { force: true })
        else this.#lead(other)
      }
      if (other === undefined) break
      await sleep(GRACE_MS)
      // Somebody who left at the same moment may have put it to us.
    } while (this.#leadsHere())
    await this.#agent.finish(FINISH_MS)
    for (const ending of ['', '.o']) rmSync(this.#path(this.#own + ending), { force: true })
  }

  async #whose(signature: Buffer): Promise<Socket | undefined> {
    const question = sessionBindRequest(signature)
    for (const other of this.#others()) {
      const socket = await askedWhether(this.#path(`${other}.o`), question)
      if (socket) return socket
    }
    return undefined
  }

  /** Who else is there for this path, newest last. */
  #others(): readonly string[] {
    const prefix = `${this.#shared}.`
    return readdirSync(this.#folder)
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .filter((pid) => /^\d+$/.test(pid) && pid !== this.#own && this.#lives(pid))
  }

  #lives(pid: string): boolean {
    try {
      process.kill(Number(pid), 0)
      return true
    } catch {
      // Killed: nobody else takes away what it left.
      for (const name of [`${this.#shared}.${pid}`, pid, `${pid}.o`]) {
        rmSync(this.#path(name), { force: true })
      }
      return false
    }
  }

  /** In one step: there is no moment without a link. */
  #lead(to: string): void {
    const partial = this.#path(`${this.#own}.link`)
    rmSync(partial, { force: true })
    symlinkSync(to, partial)
    renameSync(partial, this.#path(this.#shared))
  }

  #leadsHere(): boolean {
    try {
      const path = this.#path(this.#shared)
      return lstatSync(path).isSymbolicLink() && readlinkSync(path) === this.#own
    } catch {
      return false
    }
  }

  #path(name: string): string {
    return join(this.#folder, name)
  }
}

/** The connection to another process's agent, if it says that the signature is of its connection. */
function askedWhether(path: string, question: Buffer): Promise<Socket | undefined> {
  const { promise, resolve } = Promise.withResolvers<Socket | undefined>()
  const socket = connect(path)
  const no = () => {
    socket.destroy()
    resolve(undefined)
  }
  socket.setTimeout(ASK_MS, no)
  socket.once('error', no)
  socket.once('close', no)
  socket.once('connect', () => socket.write(question))
  socket.once('data', (answer: Buffer) => {
    if (!answer.equals(SUCCESS_ANSWER)) return no()
    socket.setTimeout(0)
    socket.pause()
    for (const event of ['error', 'close', 'timeout']) socket.removeListener(event, no)
    resolve(socket)
  })
  return promise
}
