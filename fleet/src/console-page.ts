import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import {
  encodeClientFrame,
  type ClientFrame,
  type Opening,
} from '@fleetkey/wire/terminal/client-frame'
import { TERMINAL_SUBPROTOCOL, TERMINALS_PATH } from '@fleetkey/wire/terminal/protocol'
import { parseServerFrame, type ServerFrame } from '@fleetkey/wire/terminal/server-frame'
import type { Account } from './browser/signed-in.ts'
import type { ControlPlane } from './control-plane.ts'

/** What a page of the console does, without a browser: for what is not about what a person sees. */
export interface ConsolePage {
  /** Asks an operation of ours; throws unless it succeeds. */
  call(operation: string, fields: object): Promise<Readonly<Record<string, unknown>>>
  terminal(opening: Opening): TerminalPage
  /** A request below a terminal's path. `csrf: false` is what a link sends. */
  files(
    method: string,
    path: string,
    options?: { readonly body?: Uint8Array; readonly csrf?: boolean; readonly headers?: object },
  ): Promise<FileReply>
  /** A request that is cut once the first of its answer is there. */
  cutAnswer(method: string, path: string): Promise<void>
  /** A PUT that is cut once these bytes of `length` are on their way. */
  cutUpload(path: string, bytes: Uint8Array, length: number): Promise<void>
}

export interface FileReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  /** Of JSON. */
  json(): Readonly<Record<string, unknown>>
}

/** Signs in with a password. */
export async function openConsolePage(plane: ControlPlane, account: Account): Promise<ConsolePage> {
  const ca = readFileSync(plane.caFile, 'utf8')
  // The WebSocket that Node has takes no CA of its own.
  setDefaultCACertificates([...getCACertificates('default'), ca])
  const url = new URL(plane.url)
  let cookie = ''
  let csrf = ''

  const ask = (
    method: string,
    path: string,
    { headers, body }: { readonly headers: object; readonly body?: Uint8Array | string },
  ) =>
    new Promise<FileReply>((resolve, reject) => {
      const sent = request(
        {
          host: url.hostname.replace(/^\[|\]$/g, ''),
          port: url.port || 443,
          method,
          path,
          ca,
          headers: { host: url.host, 'sec-fetch-site': 'same-origin', cookie, ...headers },
        },
        (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('error', reject)
          answer.on('end', () => {
            const all = Buffer.concat(chunks)
            const set = answer.headers['set-cookie']?.[0]?.split(';', 1)[0]
            if (set !== undefined) cookie = set
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              body: all,
              json: () => JSON.parse(all.toString('utf8')) as Record<string, unknown>,
            })
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })

  /** A request that is cut in the middle. */
  const begun = (method: string, path: string, headers: object) =>
    request({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port || 443,
      method,
      path,
      ca,
      headers: {
        host: url.host,
        origin: url.origin,
        'sec-fetch-site': 'same-origin',
        cookie,
        'x-fleetkey-csrf': csrf,
        ...headers,
      },
    })

  const call = async (operation: string, fields: object) => {
    const reply = await ask('POST', '/', {
      headers: {
        origin: url.origin,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `Fleetkey.${operation}`,
        'x-fleetkey-csrf': csrf,
      },
      body: JSON.stringify(fields),
    })
    if (reply.status !== 200) {
      throw new Error(`${operation}: ${reply.status} ${reply.body.toString('utf8')}`)
    }
    return reply.json()
  }

  const signedIn = await call('SignIn', {
    UserName: account.name,
    Password: account.password,
    Console: true,
  })
  csrf = String(signedIn['CsrfToken'])

  return {
    call,
    terminal(opening) {
      const headers = { cookie, origin: url.origin, 'sec-fetch-site': 'same-origin' }
      const options = { protocols: [TERMINAL_SUBPROTOCOL], headers }
      const socket = new WebSocket(
        `wss://${url.host}${TERMINALS_PATH}`,
        options as unknown as string[],
      )
      return new TerminalPage(socket, encodeClientFrame({ ...opening, csrf }))
    },
    cutAnswer: (method, path) =>
      new Promise((resolve) => {
        const sent = begun(method, path, {})
        sent.on('error', () => {})
        sent.on('close', resolve)
        sent.on('response', (answer) => {
          answer.on('error', () => {})
          answer.once('data', () => sent.destroy())
        })
        sent.end()
      }),
    cutUpload: (path, bytes, length) =>
      new Promise((resolve) => {
        const sent = begun('PUT', path, { 'content-length': String(length) })
        sent.on('error', () => {})
        sent.on('close', resolve)
        sent.write(bytes, () => sent.destroy())
      }),
    files(method, path, { body, csrf: showsToken = true, headers = {} } = {}) {
      return ask(method, path, {
        headers: {
          ...(method !== 'GET' && { origin: url.origin }),
          ...(showsToken && { 'x-fleetkey-csrf': csrf }),
          ...(body !== undefined && { 'content-length': String(body.length) }),
          ...headers,
        },
        ...(body !== undefined && { body }),
      })
    },
  }
}

/** A terminal as a page has it: renders at once, and says so as xterm does. */
export class TerminalPage {
  readonly #socket: WebSocket
  readonly #waiting = new Set<() => void>()
  readonly frames: ServerFrame[] = []
  /** The last output since it was painted. */
  output = ''
  /** So many bytes of it: the end is enough to look at. */
  keeps = 1_000_000
  bytes = 0
  closeCode: number | undefined
  /** Nothing is rendered while it is set. */
  isFrozen = false
  #shown = 0

  constructor(socket: WebSocket, first: string) {
    this.#socket = socket
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('open', () => socket.send(first))
    socket.addEventListener('close', ({ code }) => {
      this.closeCode = code
      this.#wake()
    })
    socket.addEventListener('message', ({ data }: { data: unknown }) => {
      if (typeof data === 'string') this.#hear(data)
      else this.#show(new Uint8Array(data as ArrayBuffer))
      this.#wake()
    })
  }

  say(frame: ClientFrame): void {
    this.#socket.send(encodeClientFrame(frame))
  }

  type(text: string): void {
    this.#socket.send(new TextEncoder().encode(text))
  }

  /** As a page that is reloaded, or a network that goes. */
  close(): void {
    this.#socket.close()
  }

  /** The last word about its devices is this. */
  async devices(attached: number, watching: number): Promise<void> {
    const isSo = () => {
      const last = this.frames.findLast((frame) => frame.type === 'devices')
      return last?.attached === attached && last.watching === watching
    }
    await this.until(`${attached} devices, ${watching} watching`, isSo)
  }

  /** Renders what waits. */
  thaw(): void {
    this.isFrozen = false
    this.#render()
  }

  /** Waits for the condition, which is looked at whenever something comes. Throws what there is when it is late. */
  async until(what: string, isSo: () => boolean, timeoutMs = 15_000): Promise<void> {
    const deadline = Date.now() + timeoutMs
    while (!isSo()) {
      const left = deadline - Date.now()
      if (left <= 0) {
        const told = this.frames.map((frame) => JSON.stringify(frame)).join('\n')
        throw new Error(`${what}: not so\n${told}\n${this.output.slice(-500)}`)
      }
      const { promise, resolve } = Promise.withResolvers<void>()
      const late = setTimeout(resolve, left)
      this.#waiting.add(resolve)
      // oxlint-disable-next-line no-await-in-loop -- the next news
      await promise
      clearTimeout(late)
    }
  }

  async shows(text: string, timeoutMs?: number): Promise<void> {
    await this.until(`shows ${JSON.stringify(text)}`, () => this.output.includes(text), timeoutMs)
  }

  async frame<Type extends ServerFrame['type']>(
    type: Type,
    timeoutMs?: number,
  ): Promise<Extract<ServerFrame, { readonly type: Type }>> {
    const find = () => this.frames.findLast((frame) => frame.type === type)
    await this.until(`a frame ${type}`, () => find() !== undefined, timeoutMs)
    return find() as Extract<ServerFrame, { readonly type: Type }>
  }

  #hear(data: string): void {
    const frame = parseServerFrame(data)
    if (frame === undefined) throw new Error(`no frame: ${data}`)
    this.frames.push(frame)
    if (frame.type !== 'ready') return
    this.output = ''
    this.bytes = 0
    this.#shown = 0
  }

  #show(bytes: Uint8Array): void {
    this.bytes += bytes.length
    const last = Buffer.from(bytes.subarray(-this.keeps)).toString('latin1')
    this.output = (this.output + last).slice(-this.keeps)
    this.#render()
  }

  #render(): void {
    if (this.isFrozen || this.#shown === this.bytes) return
    this.#shown = this.bytes
    this.say({ type: 'ack', bytes: this.bytes })
  }

  #wake(): void {
    for (const one of this.#waiting) one()
    this.#waiting.clear()
  }
}
