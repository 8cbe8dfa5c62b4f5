import { timingSafeEqual, createHash } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { landingPage, type Landing } from './landing-page.ts'

const PATH = '/callback'

/** What the browser brought back, and the page to show for it. */
export interface BrowserAnswer {
  readonly url: URL
  /** Settles when the page is on its way. */
  readonly show: (landing: Landing) => Promise<void>
}

/**
 * Waits on this machine for the browser to come back from the provider (RFC 8252 §7.3). Any program and any page in any browser here
 * can knock, so only the answer to our own question counts, once; whatever else comes is told so and changes nothing.
 */
export class LoopbackListener {
  readonly #server: Server
  readonly #port: number
  #wanted: Wanted | undefined

  private constructor(server: Server, port: number) {
    this.#server = server
    this.#port = port
    server.on('request', (request, response) => this.#meet(request, response))
  }

  static async open(): Promise<LoopbackListener> {
    const { createServer } = process.getBuiltinModule('node:http')
    const server = createServer({ maxHeaderSize: 32 * 1024, requestTimeout: 10_000 })
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject)
      // The address, not the name "localhost", which something may resolve to elsewhere (RFC 8252 §8.3).
      server.listen(0, '127.0.0.1', resolve)
    })
    return new LoopbackListener(server, (server.address() as AddressInfo).port)
  }

  get redirectUri(): string {
    return `http://127.0.0.1:${this.#port}${PATH}`
  }

  /** The one answer that carries this state. */
  answerTo(state: string, signal: AbortSignal): Promise<BrowserAnswer> {
    return new Promise((resolve, reject) => {
      this.#wanted = { state, resolve }
      const stop = () => reject(signal.reason as Error)
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
    })
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  #meet(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.redirectUri)
    // By another name: a page of elsewhere whose name was made to mean this machine (DNS rebinding).
    if (request.headers.host !== `127.0.0.1:${this.#port}`)
      return void send(response, 421, 'foreign')
    if (request.method !== 'GET' || url.pathname !== PATH)
      return void send(response, 404, 'foreign')
    const state = url.searchParams.get('state')
    if (!this.#wanted || state === null || !sameSecret(state, this.#wanted.state)) {
      return void send(response, 400, 'foreign')
    }
    const { resolve } = this.#wanted
    if (!resolve) return void send(response, 410, 'used')
    this.#wanted = { state: this.#wanted.state }
    resolve({
      url,
      show: (landing) => send(response, landing.kind === 'failed' ? 400 : 200, landing),
    })
  }
}

interface Wanted {
  readonly state: string
  /** Undefined when the answer is there. */
  readonly resolve?: (answer: BrowserAnswer) => void
}

function send(
  response: ServerResponse,
  status: number,
  landing: Landing | 'foreign' | 'used',
): Promise<void> {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    // The address has the code in it, which is used by now: it goes nowhere from here and is not kept.
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    connection: 'close',
  })
  const page = landingPage(typeof landing === 'string' ? { kind: landing } : landing)
  return new Promise((resolve) => {
    // A browser that is gone needs no page.
    response.on('close', resolve)
    response.end(page, resolve)
  })
}

function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
