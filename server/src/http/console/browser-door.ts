import { randomUUIDv7 } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { notFromConsole } from '@fleetkey/domain/exceptions/authentication'
import { internalFailure, tooManyPages, trailUnavailable } from '@fleetkey/domain/exceptions/server'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import { WebSocketServer, type WebSocket } from 'ws'
import { refuseUpgrade } from '../../agents/refuse-upgrade.ts'
import type { Caller, CallerSession } from '../../operations/caller.ts'
import type { Browser } from '../../operations/operation.ts'
import { StoreUnavailable } from '../../store/store.ts'
import type { ApiAnswer } from '../api-answer.ts'
import type { SourceOf } from '../../source.ts'
import { readApiRequest, senderOf, type ApiRequest } from '../raw-request.ts'
import { askedOf, pageRequest } from './ask-as-visitor.ts'
import { requireCsrfToken, type AuthenticateCookie } from './authenticate-cookie.ts'
import { browserOf } from './browser.ts'
import { EarlyMessages } from './early-messages.ts'
import type { ForeignPage } from './foreign-page.ts'
import type { SessionUses } from './session-uses.ts'
import type { StandingSessions } from './standing-sessions.ts'
import type { Visitor } from './visitor.ts'
import { WaitingRoom } from './waiting-room.ts'

/** A page that is let in says who it is at once (security.md T41). */
const FIRST_MESSAGE_MS = 5000
/** What somebody who goes on asking has not taken, in bytes. */
const MAX_UNTAKEN = 4 * 1024 * 1024
/** Of all doors together: those of whom it is being found out whether they have a session. Where pages wait that have one: waiting-room.ts. */
const MAX_LOOKED_AT = 512
/** How soon it is noticed that a session was ended, or a right withdrawn. */
const LOOK_EVERY_MS = 250
/** How long at most somebody stays whose session is over by its time, or because nobody used it. */
const LOOK_ANYWAY_MS = 2000

/** What pages that are sent away are given to say goodbye. */
const LAST_WORDS_MS = 1000

/** Close codes: of IANA's registry (try again later), and ours (RFC 6455 §7.4.2). */
export const BROWSER_CLOSE = {
  tryLater: 1013,
  signedOut: 4401,
  refused: 4403,
  silent: 4408,
} as const

/** RFC 6455 §4.1: 16 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{22}==$/

export interface BrowserDoor {
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

/** What is behind a door. */
export interface Entrance {
  /** The one that its pages offer; others are refused. */
  readonly subprotocol?: string
  /** The longest message, in bytes. */
  readonly maxPayload: number
  enter(visitor: Visitor): void
}

/** The doors that pages of the console open WebSockets at. One of these for a server: it watches over all who came in. */
export interface BrowserDoors {
  door(entrance: Entrance): BrowserDoor
  close(): void
}

/**
 * A WebSocket knows no same-origin rule: any page may open one, and the browser sends the cookie along (security.md T23). So before the
 * upgrade the browser must say that it is a page of ours, and after it the page must show what only a page of ours could read.
 */
export function createBrowserDoors(parts: {
  readonly sourceOf: SourceOf
  readonly foreignPage: ForeignPage
  readonly authenticateCookie: AuthenticateCookie
  /** Who somebody is, whichever of their sessions it is. */
  readonly ownerOf: (caller: Caller) => string
  /** The pipeline. */
  readonly answer: (request: ApiRequest) => Promise<ApiAnswer>
  readonly sessionUses: Pick<SessionUses, 'note'>
  readonly standingSessions: StandingSessions
  /** Of the store: another one once anybody's session was ended. */
  readonly securityVersion: () => Promise<number>
  readonly firstMessageMs?: number | undefined
  /** Pages that have not said yet what they want. Default: 512. */
  readonly mostWaiting?: number | undefined
  readonly log: { error(facts: object, text: string): void }
}): BrowserDoors {
  const { foreignPage, authenticateCookie, ownerOf, answer, sessionUses, securityVersion, log } =
    parts
  const { standingSessions, sourceOf, firstMessageMs = FIRST_MESSAGE_MS } = parts
  /** By what they came in with. */
  const inside = new Map<WebSocket, Pick<Caller, 'accessKeyId' | 'session'>>()
  const looking = setInterval(() => void look(), LOOK_EVERY_MS).unref()
  const waiting = new WaitingRoom(parts.mostWaiting)
  let lookedAtNow = 0
  let lookedAt = { version: -1, at: -Infinity }
  let isLooking = false
  let isKnown = true

  /** Nobody stays who could not come in now. Who it is not known of stays: nor can anybody sign them out meanwhile. */
  async function look(): Promise<void> {
    if (isLooking || inside.size === 0) return
    isLooking = true
    try {
      const now = { version: await securityVersion(), at: performance.now() }
      const isSame = now.version === lookedAt.version && now.at - lookedAt.at < LOOK_ANYWAY_MS
      if (!isSame) await lookAtAll()
      if (!isSame) lookedAt = now
      isKnown = true
    } catch (error) {
      if (isKnown) log.error({ error: String(error) }, 'it is not known who is still signed in')
      isKnown = false
    } finally {
      isLooking = false
    }
  }

  async function lookAtAll(): Promise<void> {
    const asked = [...inside]
    const sessions = asked.flatMap(([, { accessKeyId, session }]) =>
      session === undefined ? [] : [[accessKeyId, session] as const],
    )
    const standing = await standingSessions(new Map<string, CallerSession>(sessions))
    for (const [socket, { accessKeyId }] of asked) {
      if (standing.has(accessKeyId)) continue
      sendAway(socket, BROWSER_CLOSE.signedOut, 'You are signed out.')
    }
  }

  async function letIn(
    socket: WebSocket,
    { request, browser }: { readonly request: ApiRequest; readonly browser: Browser },
    entrance: Entrance,
  ): Promise<void> {
    const early = new EarlyMessages(socket)
    let leave: (() => void) | undefined
    try {
      // First, and before anything is read: a place to wait in is for who has a session, not for who wrote something like one.
      socket.pause()
      const known = await lookAtFirst(browser)
      if (known instanceof ServiceException) return refuse(socket, known)
      leave = waiting.take(ownerOf(known), () => socket.terminate())
      if (leave === undefined) return refuse(socket, tooManyPages())
      socket.resume()
      const said = await early.first(firstMessageMs)
      if (said === undefined) {
        return sendAway(socket, BROWSER_CLOSE.silent, 'Nothing was said in time.')
      }
      const opened = parseFirst(said)
      if (opened === undefined) {
        return sendAway(socket, BROWSER_CLOSE.refused, 'The first message is JSON with csrf.')
      }
      const { csrf, first } = opened
      const caller = await whoIs(browser, csrf)
      if (caller instanceof ServiceException) return refuse(socket, caller)
      if (socket.readyState !== socket.OPEN) return
      const { accessKeyId, session } = caller
      inside.set(socket, { accessKeyId, session })
      socket.on('close', () => inside.delete(socket))
      entrance.enter({
        socket,
        first,
        caller,
        from: senderOf(request),
        ask: async (operation, input, at) =>
          askedOf(await answer(pageRequest(request, csrf, { operation, input, ...at }))),
        noteUse: () => sessionUses.note(accessKeyId),
      })
    } finally {
      leave?.()
      early.deliver()
    }
  }

  async function lookAtFirst(browser: Browser): Promise<Caller | ServiceException> {
    lookedAtNow++
    try {
      return await whoIs(browser)
    } finally {
      lookedAtNow--
    }
  }

  /** @param csrf undefined: not asked for as yet */
  async function whoIs(browser: Browser, csrf?: string): Promise<Caller | ServiceException> {
    try {
      const caller = await authenticateCookie(browser)
      if (csrf !== undefined) requireCsrfToken(caller, csrf)
      return caller
    } catch (error) {
      if (error instanceof ServiceException) return error
      throw error
    }
  }

  return {
    door(entrance) {
      const { subprotocol, maxPayload } = entrance
      const webSockets = new WebSocketServer({
        noServer: true,
        maxPayload,
        perMessageDeflate: false,
        clientTracking: false,
        ...(subprotocol !== undefined && { handleProtocols: () => subprotocol }),
      })
      return {
        accept(message, socket, head) {
          const request = readApiRequest(message, sourceOf)
          const browser = browserOf(request, foreignPage)
          const wrong = whatIsWrong(message, browser, subprotocol)
          if (wrong !== undefined) return refuseUpgrade(socket, wrong)
          if (browser === undefined) return
          if (lookedAtNow >= MAX_LOOKED_AT) {
            return refuseUpgrade(socket, { status: 503, retryAfter: 1 })
          }
          webSockets.handleUpgrade(message, socket, head, (webSocket) => {
            webSocket.on('error', () => webSocket.terminate())
            // `ws` answers each by itself, whether the answers are taken or not.
            webSocket.on('ping', () => {
              if (webSocket.bufferedAmount > MAX_UNTAKEN) webSocket.terminate()
            })
            letIn(webSocket, { request, browser }, entrance).catch((error: unknown) => {
              const requestId = randomUUIDv7()
              log.error({ requestId, error: String(error) }, 'a page could not be let in')
              refuse(webSocket, notNow(error, requestId))
            })
          })
        },
      }
    },
    close() {
      clearInterval(looking)
      for (const socket of inside.keys()) sendAway(socket, 1001, 'The server is stopping.')
    },
  }
}

/** Nothing more is heard of it: `ws` hands on what comes until a close is answered, and gives half a minute for the answer. */
function sendAway(socket: WebSocket, code: number, why = ''): void {
  socket.close(code, why)
  socket.removeAllListeners('message')
  setTimeout(() => socket.terminate(), LAST_WORDS_MS).unref()
}

function refuse(socket: WebSocket, { code, message, status }: ServiceException): void {
  socket.send(JSON.stringify({ type: 'refused', code, message }))
  sendAway(
    socket,
    status >= 500 ? BROWSER_CLOSE.tryLater : (CLOSES[code] ?? BROWSER_CLOSE.signedOut),
  )
}

const CLOSES: Readonly<Record<string, number>> = {
  [notFromConsole('').code]: BROWSER_CLOSE.refused,
}

/** As the API answers what fails on our side. */
const notNow = (error: unknown, requestId: string) =>
  error instanceof StoreUnavailable ? trailUnavailable(requestId) : internalFailure(requestId)

function whatIsWrong(
  { method, headers }: IncomingMessage,
  browser: Browser | undefined,
  subprotocol: string | undefined,
) {
  const isHandshake =
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    KEY.test(headers['sec-websocket-key'] ?? '')
  if (!isHandshake) return refusal(400, 'This is a WebSocket (RFC 6455 §4.1).')
  if (browser === undefined) return refusal(403, 'Only pages of the console come in here.')
  if (browser.foreign !== undefined) return refusal(403, notFromConsole(browser.foreign).message)
  if (browser.session === undefined) return refusal(401, 'Nobody is signed in in this browser.')
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim())
  if (subprotocol !== undefined && !offered.includes(subprotocol)) {
    return refusal(400, `The subprotocol here is ${subprotocol}.`)
  }
  return undefined
}

const refusal = (status: number, message: string) => ({
  status,
  contentType: 'text/plain',
  body: `${message}\n`,
})

function parseFirst(
  data: string,
): { readonly csrf: string; readonly first: Visitor['first'] } | undefined {
  try {
    const value: unknown = JSON.parse(data)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    const { csrf, ...first } = value as Record<string, unknown>
    return typeof csrf === 'string' && csrf.length <= 128 ? { csrf, first } : undefined
  } catch {
    return undefined
  }
}
