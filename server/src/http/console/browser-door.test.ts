import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, it } from 'node:test'
import { unrecognizedClient } from '@fleetkey/domain/exceptions/authentication'
import { WebSocket, type RawData } from 'ws'
import { getCallerIdentity } from '../../operations/sts/get-caller-identity.ts'
import type { Caller } from '../../operations/caller.ts'
import type { ApiRequest } from '../raw-request.ts'
import {
  createBrowserDoors,
  type BrowserDoor,
  type BrowserDoors,
  type Entrance,
} from './browser-door.ts'
import { StoreUnavailable } from '../../store/store.ts'
import { createSourceOf } from '../../source.ts'
import { until } from '../../testing/until.ts'
import { createForeignPage } from './foreign-page.ts'
import type { Visitor } from './visitor.ts'

const COOKIE = `__Host-fleetkey=ASIAAAAAAAAAAAAAAAAA:FleetkeySession${'A'.repeat(64)}`
const CSRF = 'the-token-of-the-session'
const CALLER = {
  accessKeyId: 'ASIAAAAAAAAAAAAAAAAA',
  session: { console: { csrfToken: CSRF, provenAt: 0 } },
} as unknown as Caller

let server: Server
let doors: BrowserDoors
/** With four places to wait in, for as long as one likes. */
let narrow: BrowserDoors
let port = 0
let isSignedIn = true
let whose = 'ann'
/** How many were found to have a session. */
let looked = 0
/** What the store says instead of who somebody is. */
let trouble: Error | undefined
let version = 0
let logged: string[] = []
let asked: ApiRequest[] = []
let visitors: Visitor[] = []
let used: string[] = []
const pages = new Set<WebSocket>()

before(async () => {
  const parts: Parameters<typeof createBrowserDoors>[0] = {
    sourceOf: createSourceOf([]),
    foreignPage: createForeignPage([]),
    async authenticateCookie() {
      if (trouble !== undefined) throw trouble
      if (!isSignedIn) throw unrecognizedClient()
      return await Promise.resolve(CALLER)
    },
    ownerOf() {
      looked++
      return whose
    },
    answer(request) {
      asked.push(request)
      return Promise.resolve({ status: 200, body: '{"a":1}', requestId: 'r', contentType: '' })
    },
    async standingSessions(sessions) {
      if (trouble !== undefined) throw trouble
      return await Promise.resolve(new Set(isSignedIn ? sessions.keys() : []))
    },
    sessionUses: { note: (accessKeyId) => void used.push(accessKeyId) },
    securityVersion: () =>
      trouble === undefined ? Promise.resolve(version) : Promise.reject(trouble),
    firstMessageMs: 150,
    log: { error: (_facts, text) => void logged.push(text) },
  }
  doors = createBrowserDoors(parts)
  narrow = createBrowserDoors({ ...parts, firstMessageMs: 60_000, mostWaiting: 4 })
  const entrance: Entrance = {
    subprotocol: 'fleetkey-test-1',
    maxPayload: 32 * 1024,
    enter(visitor) {
      visitors.push(visitor)
      visitor.socket.on('message', (data) => visitor.socket.send(`heard ${textOf(data)}`))
      visitor.socket.send('welcome')
    },
  }
  const byPath: Readonly<Record<string, BrowserDoor>> = {
    '/door': doors.door(entrance),
    '/narrow': narrow.door(entrance),
  }
  server = createServer()
  server.on('upgrade', (request, socket, head) =>
    byPath[request.url ?? '']?.accept(request, socket, head),
  )
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
after(() => {
  doors.close()
  narrow.close()
  for (const page of pages) page.terminate()
  server.close()
  server.closeAllConnections()
})
beforeEach(() => {
  isSignedIn = true
  whose = 'ann'
  trouble = undefined
  logged = []
  asked = []
  visitors = []
  used = []
})

const textOf = (data: RawData) => Buffer.from(data as Buffer).toString()

interface Came {
  /** Status of the answer to the handshake. */
  readonly status: number
  readonly said: readonly string[]
  readonly code: number | undefined
}

/** What a page, or what calls itself one, gets; says `messages` as soon as it may. */
function come(
  headers: Readonly<Record<string, string>>,
  messages: readonly string[] = [JSON.stringify({ type: 'open', csrf: CSRF })],
  { enough = 1, protocol = 'fleetkey-test-1', path = '/door' } = {},
): Promise<Came> {
  const all = { origin: `http://127.0.0.1:${port}`, cookie: COOKIE, ...headers }
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== 'none'))
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocol, {
    headers: sent,
    perMessageDeflate: false,
  })
  pages.add(socket)
  const said: string[] = []
  return new Promise((resolve) => {
    const done = (status: number, code?: number) => resolve({ status, said, code })
    socket.on('unexpected-response', (_request, response) => {
      done(response.statusCode ?? 0)
      socket.terminate()
    })
    socket.on('error', () => {})
    socket.on('open', () => {
      for (const message of messages) socket.send(message)
    })
    socket.on('message', (data) => {
      said.push(textOf(data))
      if (said.length >= enough && said[0] === 'welcome') {
        done(101)
        socket.terminate()
      }
    })
    socket.on('close', (code) => done(101, code))
  })
}

/** Where a page of somebody else's may be (security.md P23). */
function foreignOrigins(): readonly string[] {
  const here = `127.0.0.1:${port}`
  const names = [
    'null',
    '',
    'undefined',
    'evil.example',
    'file://',
    'about:blank',
    'data:',
    'blob:http://127.0.0.1',
    'chrome-extension://abcdefghijklmnop',
    'moz-extension://127.0.0.1',
    'https://evil.example',
    'http://localhost',
    'http://[::1]',
    'http://0.0.0.0',
    'http://127.0.0.1',
    'http://127.0.0.1.',
    'http://127.1',
    'http://2130706433',
    'http://0x7f.0.0.1',
    'http://127.0.0.2',
    'http://1.127.0.0.1',
    'http://xn--127-0-0-1.example',
    'http://１２７.0.0.1',
    'http://fleetkey.example.com',
    'http://127.0.0.1,http://evil.example',
  ]
  const withPort = [
    `https://${here}`,
    `ws://${here}`,
    `wss://${here}`,
    `ftp://${here}`,
    `HTTP://${here}`,
    `http:/${here}`,
    `http:${here}`,
    `//${here}`,
    here,
    `http://${here}/`,
    `http://${here}/path`,
    `http://${here}?x`,
    `http://${here}#x`,
    `http://user@${here}`,
    `http://evil.example@${here}`,
    `http://${here}@evil.example`,
    `http://${here}.evil.example`,
    `http://evil-${here}`,
    `http://evil.example:${port}`,
    `http://localhost:${port}`,
    `http://[::1]:${port}`,
    `http://[::ffff:127.0.0.1]:${port}`,
    `http://127.0.0.1:${port + 1}`,
    `http://127.0.0.1:0${port}`,
    `http://127.0.0.1:${port}0`,
    `http://127.0.0.1.:${port}`,
    `http://${here} http://evil.example`,
    `http://${here},http://evil.example`,
    `http://evil.example http://${here}`,
  ]
  return [...names, ...withPort]
}

describe('a door for pages', () => {
  it('is opened to a page of the console that shows its token, and hears what else it says', async () => {
    const messages = [JSON.stringify({ type: 'open', csrf: CSRF, cols: 80 }), 'ls', 'exit']
    const { said } = await come({}, messages, { enough: 3 })
    assert.deepEqual(said, ['welcome', 'heard ls', 'heard exit'])
    assert.deepEqual(visitors[0]?.first, { type: 'open', cols: 80 }, 'without the token')
  })

  it('asks as the person, with their cookie and token, and what the handshake said', async () => {
    await come({ 'user-agent': 'Browser/1' })
    const answer = await visitors[0]?.ask(getCallerIdentity, { x: 1 })
    assert.deepEqual(answer, { kind: 'answered', output: { a: 1 }, requestId: 'r' })
    const [request] = asked
    const headers = Object.fromEntries(request?.raw.headers ?? [])
    assert.equal(headers['cookie'], COOKIE)
    assert.equal(headers['x-fleetkey-csrf'], CSRF)
    assert.equal(headers['x-amz-target'], 'AWSSecurityTokenService.GetCallerIdentity')
    assert.equal(request?.userAgent, 'Browser/1')
    assert.equal(Buffer.from(request?.raw.body ?? []).toString(), '{"x":1}')
    assert.deepEqual(used, [], 'an open page would keep its session alive')
    visitors[0]?.noteUse()
    assert.deepEqual(used, ['ASIAAAAAAAAAAAAAAAAA'])
  })

  it('is closed to every other origin before the upgrade (cross-site WebSocket hijacking)', async () => {
    const origins = foreignOrigins()
    assert.ok(origins.length >= 50)
    for (const origin of origins) {
      const { status } = await come({ origin: Buffer.from(origin).toString('latin1') })
      assert.equal(status, 403, origin)
    }
    assert.equal((await come({ origin: 'none' })).status, 403)
    assert.deepEqual(visitors, [])
  })

  it('is closed to what the browser calls another site, or that shows no session', async () => {
    for (const site of ['cross-site', 'same-site', 'none', '', 'SAME-ORIGIN']) {
      if (site === 'none') continue
      assert.equal((await come({ 'sec-fetch-site': site })).status, 403, site)
    }
    assert.equal((await come({ cookie: 'none' })).status, 401)
    assert.equal((await come({ cookie: '__Host-fleetkey=x' })).status, 401)
    assert.equal((await come({ cookie: `${COOKIE}; ${COOKIE}` })).status, 401)
    assert.equal((await come({}, [], { protocol: 'other' })).status, 400)
    assert.deepEqual(visitors, [])
  })

  it('lets nobody in with a cookie alone: without the token, or silent, it is shut', async () => {
    const wrong = [
      ['{"type":"open"}', 4403],
      ['{"type":"open","csrf":7}', 4403],
      [`{"type":"open","csrf":"${CSRF}x"}`, 4403],
      ['no JSON', 4403],
      ['[]', 4403],
      [JSON.stringify({ csrf: CSRF, long: 'x'.repeat(17 * 1024) }), 4408],
      [JSON.stringify({ csrf: CSRF, long: 'x'.repeat(40 * 1024) }), 1009],
    ] as const
    for (const [message, code] of wrong) {
      assert.equal((await come({}, [message])).code, code, message.slice(0, 40))
    }
    assert.equal((await come({}, [])).code, 4408)
    assert.deepEqual(visitors, [])
  })

  it('says why whose session is over is not let in', async () => {
    isSignedIn = false
    const { said, code } = await come({})
    assert.equal(code, 4401)
    assert.equal(JSON.parse(said[0] ?? '{}').code, 'UnrecognizedClientException')
  })

  it('puts out whoever is signed out while they are inside', async () => {
    const out = come({}, undefined, { enough: 2 })
    await until(() => visitors.length > 0, 'somebody is inside')
    isSignedIn = false
    version++
    const at = performance.now()
    assert.equal((await out).code, 4401)
    assert.ok(
      performance.now() - at < 1500,
      'when a right has changed, not when it is time to look',
    )
  })

  it('says to try later while it is not known who somebody is, and leaves no connection', async () => {
    trouble = new StoreUnavailable('disk gone', { inDoubt: false })
    const { said, code } = await come({})
    assert.equal(code, 1013)
    const { type, code: refusal, message } = JSON.parse(said[0] ?? '{}')
    assert.deepEqual([type, refusal], ['refused', 'ServiceUnavailableException'])
    assert.match(message, /Try again in some seconds/)
    assert.ok(!message.includes('disk gone'), 'the cause is for the log')
    assert.deepEqual(logged, ['a page could not be let in'])
    trouble = new Error('a mistake of ours')
    const failed = await come({})
    assert.deepEqual(
      [failed.code, JSON.parse(failed.said[0] ?? '{}').code],
      [1013, 'ServiceException'],
    )
    assert.deepEqual(visitors, [])
  })

  it('keeps whoever is inside while it is not known who is signed in, and tells the log once', async () => {
    const out = come({}, undefined, { enough: 2 })
    await until(() => visitors.length > 0, 'somebody is inside')
    trouble = new StoreUnavailable('disk gone', { inDoubt: false })
    await until(() => logged.length > 0, 'it was noticed')
    trouble = undefined
    isSignedIn = false
    version++
    assert.equal((await out).code, 4401, 'and looks again once it is known')
    assert.deepEqual(logged, ['it is not known who is still signed in'])
  })

  it('hears nothing more of whoever is signed out, also when they do not leave (they would type on for half a minute)', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/door`, 'fleetkey-test-1', {
      headers: { origin: `http://127.0.0.1:${port}`, cookie: COOKIE },
    })
    const heard: string[] = []
    await once(socket, 'open')
    socket.send(JSON.stringify({ csrf: CSRF }))
    await once(socket, 'message')
    visitors[0]?.socket.on('message', (data: RawData) => heard.push(textOf(data)))
    const isGone = once(socket, 'close')
    const isToldToGo = new Promise<void>((resolve) => {
      const look = () => (visitors[0]?.socket.readyState === 2 ? resolve() : setImmediate(look))
      look()
    })
    // A program instead of a browser: it does not read, so it does not answer the close, and goes on writing.
    socket.pause()
    isSignedIn = false
    await isToldToGo
    socket.send('rm -rf /')
    const at = performance.now()
    await new Promise<void>((resolve) => void visitors[0]?.socket.once('close', resolve))
    assert.deepEqual(heard, [])
    assert.ok(performance.now() - at < 5000, 'the connection stays')
    socket.resume()
    await isGone
  })

  it('gives no place to a cookie that is nobody’s: with forged ones all places would be taken', async () => {
    isSignedIn = false
    const at = performance.now()
    // It says nothing, as one would that only wants the place.
    const { code } = await come({}, [])
    assert.equal(code, 4401)
    assert.ok(performance.now() - at < 140, 'it was waited for')
  })

  it('lets others in when one person has all places to wait in, with pages that say nothing', async () => {
    const path = '/narrow'
    looked = 0
    const silent = Array.from({ length: 4 }, () => come({}, [], { path }))
    await until(() => looked === 4, 'all of them wait')
    const one = await come({}, undefined, { path })
    const { code } = JSON.parse(one.said[0] ?? '{}')
    assert.deepEqual([one.code, code], [1013, 'ServiceUnavailableException'])
    whose = 'bob'
    assert.deepEqual((await come({}, undefined, { path })).said, ['welcome'])
    assert.equal((await Promise.race(silent)).code, 1006, 'one of hers made room')
  })

  it('cuts who asks for pong after pong and takes none (the server would keep them all)', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/door`, 'fleetkey-test-1', {
      headers: { origin: `http://127.0.0.1:${port}`, cookie: COOKIE },
    })
    socket.on('error', () => {})
    await once(socket, 'open')
    socket.send(JSON.stringify({ csrf: CSRF }))
    await once(socket, 'message')
    const inside = visitors[0]?.socket
    // Nothing of what is sent goes out.
    Object.defineProperty(inside, 'bufferedAmount', { value: 64 << 20 })
    socket.ping('x')
    const [code] = (await once(socket, 'close')) as [number]
    assert.equal(code, 1006)
  })
})
