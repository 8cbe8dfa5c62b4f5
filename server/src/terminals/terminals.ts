import { instanceNotFound } from '@fleetkey/domain/exceptions/instances'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import {
  terminalLimitExceeded,
  terminalNotFound,
  terminalNotFoundSince,
} from '@fleetkey/domain/exceptions/terminals'
import type { Instance } from '@fleetkey/domain/instance'
import { personOf } from '@fleetkey/domain/owner'
import type { TerminalEnd } from '@fleetkey/domain/terminal-end'
import type { TerminalSize } from '@fleetkey/wire/terminal/frame-parts'
import type { InstanceStore } from '../store/store.ts'
import type { Attachment } from './attachment.ts'
import type { Device } from './device.ts'
import { newEd25519Key } from './ed25519-key.ts'
import type { FilesOfTerminal } from './files-of-terminal.ts'
import { createTerminalSlots, type TerminalLimits } from './limits.ts'
import { openTerminal, type OpeningParts, type OpenTerminal } from './open-terminal.ts'
import { PastTerminals } from './past-terminals.ts'
import { actorOf, type Person } from './person.ts'
import type { Terminal } from './terminal.ts'
import type { TerminalFacts } from './terminal-facts.ts'
import { TerminalOver } from './terminal-over.ts'
import { refused } from './way.ts'

const LOOK_EVERY_MS = 1000
/** At each look, when many become quiet at once: a millisecond each, in which nothing else is done. */
const MAX_RESTS = 20
/** A page each; more devices of one terminal are refused, and more that watch it. */
const MAX_DEVICES = 16

/** What the operations may see and do. */
export interface ListedTerminal extends TerminalFacts {
  readonly instance: Pick<Instance, 'instanceId' | 'tags'>
  readonly isRecorded: boolean
  readonly attached: number
  readonly watching: number
  /** Milliseconds since somebody typed. */
  readonly idleMs: number
}

/** A terminal on the device that asked for it. */
export interface OnDevice {
  readonly terminal: Terminal
  readonly attachment: Attachment
}

/** The terminals of this server. */
export class Terminals {
  readonly #parts: TerminalsParts
  readonly #slots: ReturnType<typeof createTerminalSlots>
  readonly #kept = new Map<string, OpenTerminal>()
  readonly #past: PastTerminals
  readonly #records = new Set<Promise<unknown>>()
  readonly #looking: NodeJS.Timeout
  /** Milliseconds since 1970. */
  readonly #begunAt: number
  #isClosing = false

  constructor(parts: TerminalsParts) {
    this.#parts = parts
    this.#slots = createTerminalSlots(parts.limits)
    this.#past = new PastTerminals(parts.elapsed)
    this.#begunAt = parts.now()
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY_MS).unref()
  }

  get size(): number {
    return this.#kept.size
  }

  /** Whether another one could be opened, before it is known by whom and where to. */
  get hasRoom(): boolean {
    return !this.#isClosing && this.#slots.taken < this.#parts.limits.perServer
  }

  /** Opens a terminal and tells the device of each step. Throws AskRefused; nothing is left of it then. */
  async open(
    person: Person,
    wish: TerminalSize & { readonly instanceId: string; readonly osUser: string },
    on: { readonly device: Device; readonly gone: AbortSignal },
  ): Promise<OnDevice> {
    let leave = () => {}
    try {
      leave = this.#slots.take(person.owner, wish.instanceId)
      const instance = await this.#parts.instances.get(wish.instanceId)
      // Who may know of no instance is not told that there is none: the push says the one or the other.
      if (instance === undefined) return await this.#refuseUnknown(person, wish)
      return await this.#open(person, { ...wish, instance }, { ...on, leave })
    } catch (error) {
      leave()
      throw asAskRefused(error)
    }
  }

  /** The same terminal on another device of the same person, or after a reload. Throws AskRefused, or `TerminalOver`. */
  async attach(
    person: Person,
    { terminalId, cols, rows }: TerminalSize & { readonly terminalId: string },
    device: Device,
  ): Promise<OnDevice> {
    const kept = this.#own(person, terminalId)
    const { terminal, instance } = kept
    await this.#parts.records.attached(actorOf(person), { ...terminal.facts, instance })
    return this.#show(terminal, device, { cols, rows })
  }

  /** A terminal to see. Whether the person may was decided before. */
  watch(terminalId: string, device: Device): OnDevice {
    const kept = this.#kept.get(terminalId)
    if (kept === undefined) throw refused(terminalNotFound(terminalId))
    return this.#show(kept.terminal, device, undefined)
  }

  /** The files of the person's own terminal. Throws AskRefused. */
  filesOf(person: Pick<Person, 'owner'>, terminalId: string): FilesOfTerminal {
    return this.#own(person, terminalId).files
  }

  list(): readonly ListedTerminal[] {
    return [...this.#kept.values()].map(({ terminal, instance }) => ({
      ...terminal.facts,
      ...terminal.devices,
      instance,
      isRecorded: terminal.isRecorded,
      idleMs: terminal.idleMs,
    }))
  }

  find(terminalId: string): ListedTerminal | undefined {
    return this.list().find((terminal) => terminal.terminalId === terminalId)
  }

  /** False when there is none. */
  end(terminalId: string, end: TerminalEnd): boolean {
    const kept = this.#kept.get(terminalId)
    kept?.terminal.finish(end)
    return kept !== undefined
  }

  /** Ends all of a person in whatever roles (who signs out everywhere), or on an instance (that is enrolled no more). */
  endThoseOf(
    what: { readonly person: string } | { readonly instanceId: string },
    end: TerminalEnd,
  ): void {
    for (const { terminal } of this.#kept.values()) {
      const { owner, instanceId } = terminal.facts
      const isMeant =
        'person' in what ? personOf(owner) === what.person : instanceId === what.instanceId
      if (isMeant) terminal.finish(end)
    }
  }

  /** Ends all, and resolves when that is on record. No other is opened any more. */
  async close(): Promise<void> {
    this.#isClosing = true
    clearInterval(this.#looking)
    for (const { terminal } of this.#kept.values()) terminal.finish(STOPPING)
    await Promise.all(this.#records)
    await this.#parts.workers.close()
  }

  async #open(
    person: Person,
    wish: TerminalSize & { readonly instance: Instance; readonly osUser: string },
    on: { readonly device: Device; readonly gone: AbortSignal; readonly leave: () => void },
  ): Promise<OnDevice> {
    const { instance, osUser, cols, rows } = wish
    const { device, gone, leave } = on
    const size = { cols, rows }
    const terminal = await openTerminal(this.#parts, {
      person,
      instance,
      osUser,
      size,
      step: (step, says) => device.say({ type: 'step', step, says }),
      gone,
      made: (opened) => void this.#kept.set(opened.terminal.facts.terminalId, opened),
      over: (facts, end, records) => {
        leave()
        this.#kept.delete(facts.terminalId)
        this.#past.remember(facts, end)
        for (const record of records) this.#keep(facts, record)
      },
    })
    if (this.#isClosing) terminal.finish(STOPPING)
    return this.#show(terminal, device, size)
  }

  async #refuseUnknown(
    person: Person,
    { instanceId, osUser }: { readonly instanceId: string; readonly osUser: string },
  ): Promise<never> {
    await person.ask('SendSSHPublicKey', {
      InstanceId: instanceId,
      InstanceOSUser: osUser,
      // Nobody has its private half.
      SSHPublicKey: newEd25519Key().publicKey,
    })
    throw refused(instanceNotFound(instanceId))
  }

  #show(terminal: Terminal, device: Device, size: TerminalSize | undefined): OnDevice {
    const { attached, watching } = terminal.devices
    // Each for itself: whoever watches takes no place of whose it is.
    if ((size === undefined ? watching : attached) >= MAX_DEVICES) {
      throw refused(
        terminalLimitExceeded(`The terminal is open on ${MAX_DEVICES} devices, as many as may be`),
      )
    }
    return { terminal, attachment: terminal.attach(device, size) }
  }

  /** Not told that there is one of somebody else's. */
  #own({ owner }: Pick<Person, 'owner'>, terminalId: string): OpenTerminal {
    const kept = this.#kept.get(terminalId)
    if (kept !== undefined && kept.terminal.facts.owner === owner) return kept
    const end = this.#past.find(owner, terminalId)
    if (end !== undefined) throw new TerminalOver(end)
    // Ends of before are not remembered: whoever comes back is told that, whatever they ask for.
    throw refused(
      this.#past.isYoung
        ? terminalNotFoundSince(terminalId, this.#begunAt)
        : terminalNotFound(terminalId),
    )
  }

  #keep({ terminalId }: TerminalFacts, work: Promise<unknown>): void {
    const record = work
      .catch((error: unknown) => {
        const facts = { terminalId, error: String(error) }
        this.#parts.log.error(facts, 'the end of a terminal was not kept')
      })
      .finally(() => this.#records.delete(record))
    this.#records.add(record)
  }

  #look(): void {
    let rested = 0
    for (const { terminal } of this.#kept.values()) {
      terminal.look()
      if (rested < MAX_RESTS && terminal.rest()) rested++
    }
  }
}

export interface TerminalsParts extends OpeningParts {
  readonly instances: Pick<InstanceStore, 'get'>
  readonly limits: TerminalLimits
}

const STOPPING: TerminalEnd = {
  cause: 'stopping',
  says: 'The control plane is stopping, and its terminals with it.',
  mend: 'Connect again: that waits until it is back, and opens a new one.',
}

/** A refusal of the catalogue, as the page has it. */
function asAskRefused(error: unknown): unknown {
  return error instanceof ServiceException ? refused(error) : error
}
