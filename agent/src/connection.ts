import { WebSocket } from 'ws'
import {
  AGENT_SUBPROTOCOL,
  CLOSE_BACK_OFF,
  CLOSE_FORGOTTEN,
  DEAD_AFTER_MS,
  MAX_MESSAGE_LENGTH,
} from '@fleetkey/wire/agent/agent-link'
import { parseServerMessage, type ServerMessage } from '@fleetkey/wire/agent/server-messages'
import type { AgentMessage } from '@fleetkey/wire/agent/agent-messages'
import { parseSeconds } from './backoff.ts'
import { reason } from './log.ts'

export interface ConnectionOptions {
  readonly url: string
  /** The one CA to trust, PEM; empty on loopback HTTP. */
  readonly ca: string
  /** The answer to a challenge. Throws when the challenge is not one that this agent signs. */
  readonly hello: (challenge: Challenge) => AgentMessage
  readonly answer: (message: ServerMessage) => Promise<AgentMessage | undefined>
  readonly onWelcome: () => void
  /** A link that is silent for so long is dead. */
  readonly deadAfterMs?: number
  /** From the first packet to `welcome`. */
  readonly welcomeWithinMs?: number
}

type Challenge = Extract<ServerMessage, { kind: 'challenge' }>

export interface ConnectionEnd {
  readonly kind: 'lost' | 'stay-away' | 'forgotten'
  /** For the log. */
  readonly because: string
  /** With `stay-away`. */
  readonly seconds: number
}

/** One WebSocket from its opening to its end. Nothing but `challenge`, then `welcome`, is taken before the link is up. */
export class Connection {
  /** Resolves once, whatever ended it. */
  readonly ended: Promise<ConnectionEnd>
  readonly #options: ConnectionOptions
  readonly #socket: WebSocket
  readonly #dead: NodeJS.Timeout
  readonly #late: NodeJS.Timeout
  #stage: 'opened' | 'challenged' | 'welcome' = 'opened'
  #because = 'closed'
  #stayAway: number | undefined

  constructor(options: ConnectionOptions) {
    const { url, ca, deadAfterMs = DEAD_AFTER_MS, welcomeWithinMs = 10_000 } = options
    this.#options = options
    this.#dead = setTimeout(() => this.#abort(`silent for ${deadAfterMs} ms`), deadAfterMs)
    this.#late = setTimeout(() => this.#abort('no welcome in time'), welcomeWithinMs)
    const socket = new WebSocket(url, AGENT_SUBPROTOCOL, {
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_LENGTH,
      followRedirects: false,
      ...(ca === '' ? {} : { ca, rejectUnauthorized: true, minVersion: 'TLSv1.3' }),
    })
    this.#socket = socket
    this.ended = new Promise((resolve) => {
      socket.on('close', (code, why) => {
        clearTimeout(this.#dead)
        clearTimeout(this.#late)
        resolve(this.#endFor(code, why.toString()))
      })
    })
    socket.on('error', (failure) => (this.#because = reason(failure)))
    socket.on('unexpected-response', (request, response) => {
      this.#because = `the server answered ${response.statusCode}`
      if (response.statusCode === 503) {
        this.#stayAway = parseSeconds(response.headers['retry-after'])
      }
      request.destroy()
      this.#abort(this.#because)
    })
    socket.on('ping', () => this.#dead.refresh())
    socket.on('message', (data, isBinary) => {
      this.#dead.refresh()
      if (isBinary || !Buffer.isBuffer(data)) return this.#refuse('a binary message')
      this.#take(data.toString())
    })
  }

  /** False when the link is not up: the message is not sent, now or later. */
  send(message: AgentMessage): boolean {
    if (this.#stage !== 'welcome' || this.#socket.readyState !== WebSocket.OPEN) return false
    this.#write(message)
    return true
  }

  /** Ends it properly, at once when the other side does not answer. */
  close(): void {
    this.#because = 'closed by this agent'
    this.#socket.close(1001)
    setTimeout(() => this.#socket.terminate(), 500).unref()
  }

  #take(text: string): void {
    const message = parseServerMessage(text)
    if (message === undefined) return this.#refuse('a message that is none')
    if (this.#stage === 'opened' && message.kind === 'challenge') return this.#sayHello(message)
    if (this.#stage === 'challenged' && message.kind === 'welcome') {
      this.#stage = 'welcome'
      clearTimeout(this.#late)
      return this.#options.onWelcome()
    }
    if (this.#stage !== 'welcome' || message.kind === 'challenge' || message.kind === 'welcome') {
      return this.#refuse(`${message.kind} out of turn`)
    }
    void this.#options.answer(message).then(
      (answer) => answer !== undefined && this.send(answer),
      (failure: unknown) => this.#refuse(reason(failure)),
    )
  }

  #sayHello(challenge: Challenge): void {
    this.#stage = 'challenged'
    try {
      this.#write(this.#options.hello(challenge))
    } catch (failure) {
      this.#refuse(reason(failure))
    }
  }

  #write(message: AgentMessage): void {
    const text = JSON.stringify(message)
    if (text.length > MAX_MESSAGE_LENGTH) {
      return this.#refuse(`its own ${message.kind} message would be too long`)
    }
    this.#socket.send(text)
  }

  #refuse(what: string): void {
    this.#because = `this agent ended it because of ${what}`
    // RFC 6455 §7.4.1: 1008 is "a message that violates its policy"
    this.#socket.close(1008)
    setTimeout(() => this.#socket.terminate(), 500).unref()
  }

  #abort(because: string): void {
    this.#because = because
    this.#socket.terminate()
  }

  #endFor(code: number, why: string): ConnectionEnd {
    if (code === CLOSE_FORGOTTEN) return { kind: 'forgotten', because: why, seconds: 0 }
    const seconds = code === CLOSE_BACK_OFF ? parseSeconds(why) : this.#stayAway
    if (seconds !== undefined) {
      return { kind: 'stay-away', because: 'the server asked for it', seconds }
    }
    const because = this.#because === 'closed' ? `closed by the server (${code})` : this.#because
    return { kind: 'lost', because, seconds: 0 }
  }
}
