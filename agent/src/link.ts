import { setTimeout as sleep } from 'node:timers/promises'
import type { AgentMessage } from '@fleetkey/wire/agent/agent-messages'
import { BACKOFF, jittered, stayAway, type BackoffOptions } from './backoff.ts'
import { Connection, type ConnectionEnd, type ConnectionOptions } from './connection.ts'
import { reason, type Log } from './log.ts'

export interface LinkOptions extends ConnectionOptions {
  readonly log: Log
  readonly backoff?: BackoffOptions
  /** After every change of `connectedSince` or `trouble`. */
  readonly onChange?: () => void
}

/** A connection that held for so long was a good one: the next failure is a first one again. */
const GOOD_AFTER_MS = 30_000

/** The agent link: one connection after another, until it is closed. */
export class Link {
  readonly #options: LinkOptions
  readonly #backoff: BackoffOptions
  readonly #closing = new AbortController()
  #connection: Connection | undefined
  #connectedSince: number | undefined
  #trouble = ''

  constructor(options: LinkOptions) {
    this.#options = options
    this.#backoff = options.backoff ?? BACKOFF
  }

  /** Milliseconds since 1970, undefined while the link is down. */
  get connectedSince(): number | undefined {
    return this.#connectedSince
  }

  /** Why the link is down, in words; empty while it is up. */
  get trouble(): string {
    return this.#trouble
  }

  /** False when the link is down: the message is not sent, now or later. */
  send(message: AgentMessage): boolean {
    return this.#connection?.send(message) ?? false
  }

  /** Resolves after `close`. */
  async run(): Promise<void> {
    const { log } = this.#options
    let failures = 0
    while (!this.#closing.signal.aborted) {
      const { end, heldMs } = await this.#connectOnce()
      if (this.#closing.signal.aborted) break
      if (heldMs >= GOOD_AFTER_MS) failures = 0
      const waitMs = this.#waitAfter(end, failures++)
      this.#down(advice(end))
      const level = end.kind === 'forgotten' ? 'error' : 'warn'
      log[level]('link-down', { because: advice(end), retryInMs: waitMs })
      await sleep(waitMs, undefined, { signal: this.#closing.signal }).catch(() => undefined)
    }
    this.#down('closed')
  }

  /** Ends the connection of now; the next one follows as after any loss. */
  renew(): void {
    this.#connection?.close()
  }

  close(): void {
    this.#closing.abort()
    this.#connection?.close()
  }

  async #connectOnce(): Promise<{ end: ConnectionEnd; heldMs: number }> {
    let welcomeAt: number | undefined
    const onWelcome = () => {
      welcomeAt = performance.now()
      this.#connectedSince = Date.now()
      this.#trouble = ''
      this.#options.log.info('link-up', { url: this.#options.url })
      this.#options.onWelcome()
      this.#options.onChange?.()
    }
    try {
      this.#connection = new Connection({ ...this.#options, onWelcome })
      const end = await this.#connection.ended
      return { end, heldMs: welcomeAt === undefined ? 0 : performance.now() - welcomeAt }
    } catch (failure) {
      return { end: { kind: 'lost', because: reason(failure), seconds: 0 }, heldMs: 0 }
    } finally {
      this.#connection = undefined
    }
  }

  #waitAfter(end: ConnectionEnd, failures: number): number {
    switch (end.kind) {
      case 'lost':
        return jittered(failures, this.#backoff)
      case 'stay-away':
        return stayAway(end.seconds, this.#backoff)
      case 'forgotten':
        return this.#backoff.forgotten
    }
  }

  #down(trouble: string): void {
    this.#connectedSince = undefined
    this.#trouble = trouble
    this.#options.onChange?.()
  }
}

function advice(end: ConnectionEnd): string {
  return end.kind === 'forgotten'
    ? 'the server does not know this instance any more: enrol it again with "fleetkey agent join URL --replace"'
    : end.because
}
