import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { principalArn, principalName } from '@fleetkey/domain/principal'
import type { Realm } from '@fleetkey/domain/realm'
import { parseClientFrame, readOpening, type Opening } from '@fleetkey/wire/terminal/client-frame'
import {
  MAX_TERMINAL_INPUT,
  TERMINAL_CLOSE,
  TERMINAL_SUBPROTOCOL,
} from '@fleetkey/wire/terminal/protocol'
import type { RawData } from 'ws'
import { getGrant } from '../operations/get-grant.ts'
import { openTunnel } from '../operations/open-tunnel.ts'
import { sendSshPublicKey } from '../operations/send-ssh-public-key.ts'
import { watchTerminal } from '../operations/terminals/watch-terminal.ts'
import { AskRefused, type AskedAnswer, type AskedAs, type Person } from '../terminals/person.ts'
import { TerminalOver } from '../terminals/terminal-over.ts'
import type { OnDevice, Terminals } from '../terminals/terminals.ts'
import { userIdentity } from '../trail/user-identity.ts'
import type { AnyOperation, WatchDoorstep } from '../operations/operation.ts'
import type { Entrance } from './console/browser-door.ts'
import type { Asked, Visitor } from './console/visitor.ts'
import { PageDevice } from './page-device.ts'
import { terminalOwner } from './terminal-owner.ts'

/** What is asked as the person: no more than these. */
const OPERATIONS: Readonly<Record<AskedAs, AnyOperation>> = {
  SendSSHPublicKey: sendSshPublicKey,
  OpenTunnel: openTunnel,
  GetGrant: getGrant,
}

/** In a second. A window that is dragged has sixty. */
const MAX_RESIZES = 200
/** How long at most somebody sees a terminal who may not any more. */
const LOOK_EVERY_MS = 2000

/** Where pages of the console open terminals, come back to them, and watch those of others. */
export function terminalEntrance(parts: {
  readonly terminals: Pick<Terminals, 'open' | 'attach' | 'watch' | 'end'>
  readonly realm: Realm
  readonly log: { error(facts: object, text: string): void }
  /** After whether who watches still may; default: every two seconds. */
  readonly lookEveryMs?: number
}): Entrance {
  return {
    subprotocol: TERMINAL_SUBPROTOCOL,
    maxPayload: MAX_TERMINAL_INPUT,
    enter: (visitor) => void new Visit(visitor, parts).begin(),
  }
}

/** A page at the door, and then its terminal. */
class Visit {
  readonly #visitor: Visitor
  readonly #parts: Parameters<typeof terminalEntrance>[0]
  readonly #device: PageDevice
  readonly #person: Person
  readonly #gone = new AbortController()
  #on: OnDevice | undefined
  /** What the window became while the terminal was being opened. */
  #size: { readonly cols: number; readonly rows: number } | undefined
  #resizes = { second: 0, count: 0 }

  constructor(visitor: Visitor, parts: Parameters<typeof terminalEntrance>[0]) {
    const { socket, from } = visitor
    this.#visitor = visitor
    this.#parts = parts
    this.#device = new PageDevice(socket, from)
    this.#person = personOf(visitor, parts.realm)
    socket.on('message', (data, isBinary) => this.#hear(data, isBinary))
    socket.on('close', () => {
      this.#gone.abort()
      this.#on?.terminal.detach(this.#on.attachment)
    })
  }

  async begin(): Promise<void> {
    const opening = readOpening(this.#visitor.first)
    if (opening === undefined) return this.#device.close(TERMINAL_CLOSE.policy)
    try {
      const on = await this.#enter(opening)
      if (this.#gone.signal.aborted) return on.terminal.detach(on.attachment)
      this.#on = on
      if (this.#size !== undefined) on.terminal.resize(on.attachment, this.#size)
    } catch (error) {
      this.#refuse(error)
    }
  }

  async #enter(opening: Opening): Promise<OnDevice> {
    const { terminals } = this.#parts
    switch (opening.type) {
      case 'open': {
        const on = { device: this.#device, gone: this.#gone.signal }
        return await terminals.open(this.#person, opening, on)
      }
      case 'attach':
        return await terminals.attach(this.#person, opening, this.#device)
      case 'watch': {
        const { terminalId } = opening
        let stillAllowed: (() => Promise<unknown>) | undefined
        const watchDoorstep: WatchDoorstep = { putDown: (put) => (stillAllowed = put) }
        const input = { TerminalId: terminalId }
        answerIn(await this.#visitor.ask(watchTerminal, input, { watchDoorstep }))
        if (stillAllowed === undefined) throw new Error('a watch that was not put down')
        const on = terminals.watch(terminalId, this.#device)
        this.#keepLooking(stillAllowed)
        return on
      }
    }
  }

  /** Reading what somebody types is a right of now, not of when it began: a terminal may last for a day. */
  #keepLooking(stillAllowed: () => Promise<unknown>): void {
    const { lookEveryMs = LOOK_EVERY_MS, log } = this.#parts
    let isLooking = false
    const look = async () => {
      if (isLooking) return
      isLooking = true
      try {
        await stillAllowed()
      } catch (error) {
        if (error instanceof ServiceException) this.#sendAway(error)
        else log.error({ error: String(error) }, 'it is not known whether somebody may still watch')
      } finally {
        isLooking = false
      }
    }
    const looking = setInterval(() => void look(), lookEveryMs).unref()
    this.#gone.signal.addEventListener('abort', () => clearInterval(looking))
  }

  #sendAway({ code, message, explanation }: ServiceException): void {
    const on = this.#on
    this.#on = undefined
    on?.terminal.detach(on.attachment)
    this.#device.say({
      type: 'refused',
      code,
      message,
      ...(explanation !== undefined && { explanation }),
    })
    this.#device.close(TERMINAL_CLOSE.done)
  }

  #refuse(error: unknown): void {
    if (error instanceof TerminalOver) {
      this.#device.say({ type: 'ended', ...error.end })
      return this.#device.close(TERMINAL_CLOSE.done)
    }
    if (error instanceof AskRefused) {
      this.#device.say({ type: 'refused', ...error.refusal })
      return this.#device.close(TERMINAL_CLOSE.done)
    }
    if (!this.#gone.signal.aborted) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.#parts.log.error({ error: text }, 'a terminal could not be opened')
    }
    this.#device.close(TERMINAL_CLOSE.failed)
  }

  /** Unlike what is typed, nothing of it waits for the host: each is sent on, recorded and told to all devices. */
  #mayResize(): boolean {
    const second = Math.floor(performance.now() / 1000)
    if (this.#resizes.second !== second) this.#resizes = { second, count: 0 }
    return ++this.#resizes.count <= MAX_RESIZES
  }

  #hear(data: RawData, isBinary: boolean): void {
    const { socket } = this.#visitor
    // What comes after a close, until that is answered.
    if (socket.readyState !== socket.OPEN) return
    // `ws` hands over one Buffer: its binaryType is nodebuffer.
    const bytes = data as Buffer
    const on = this.#on
    if (isBinary) {
      if (on === undefined) return this.#device.close(TERMINAL_CLOSE.policy)
      // Whoever types here is not idle, whatever else they ask.
      if (!on.attachment.isWatcher) this.#visitor.noteUse()
      return on.terminal.input(on.attachment, bytes)
    }
    const frame = parseClientFrame(bytes.toString('utf8'))
    switch (frame?.type) {
      case undefined:
        return this.#device.close(TERMINAL_CLOSE.policy)
      case 'ping':
        return this.#device.say({ type: 'pong' })
      case 'resize': {
        const { cols, rows } = frame
        if (!this.#mayResize()) return this.#device.close(TERMINAL_CLOSE.policy)
        this.#size = { cols, rows }
        return on?.terminal.resize(on.attachment, this.#size)
      }
      case 'active':
        if (!this.#mayResize()) return this.#device.close(TERMINAL_CLOSE.policy)
        return on?.terminal.turnTo(on.attachment)
      case 'answer':
        // The host asked, and nobody typed: that is no use of the console.
        return on?.terminal.answer(on.attachment, Buffer.from(frame.text))
      case 'ack':
        if (on?.terminal.acknowledge(on.attachment, frame.bytes, frame.keeps) === false) {
          this.#device.close(TERMINAL_CLOSE.policy)
        }
        return
      case 'end':
        if (on === undefined || on.attachment.isWatcher) {
          return this.#device.close(TERMINAL_CLOSE.done)
        }
        return on.terminal.finish({ cause: 'ended', says: 'You ended the terminal.' })
    }
  }
}

function personOf(visitor: Visitor, realm: Realm): Person {
  const { caller, from } = visitor
  const identity = userIdentity(caller, realm)
  return {
    ...from,
    owner: terminalOwner(identity),
    principalArn: principalArn(caller.principal, realm),
    userName: principalName(caller.principal),
    identity,
    async ask(name, input, doorstep) {
      const operation = OPERATIONS[name]
      return answerIn(await visitor.ask(operation, input, doorstep && { doorstep }))
    },
  }
}

/** Throws AskRefused. */
function answerIn(asked: Asked): AskedAnswer {
  const { requestId } = asked
  if (asked.kind === 'answered') {
    return { requestId, output: asked.output as Readonly<Record<string, unknown>> }
  }
  const { code, message, explanation } = asked.refusal
  throw new AskRefused({ code, message, explanation, requestId })
}
