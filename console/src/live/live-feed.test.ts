import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { LiveFeed, type Heard, type LiveSocketEvents } from './live-feed.ts'

interface Opened extends LiveSocketEvents {
  readonly sent: unknown[]
  isClosed: boolean
}

let sockets: Opened[]
let timers: { readonly at: number; readonly work: () => void }[]
let clock: number
let csrf: string
let doubts: number
let chance: number
let feed: LiveFeed
let heard: unknown[]
const hear = (news: Heard<'instances'> | Heard<'events'>) => void heard.push(news)

const last = () => sockets.at(-1) as Opened
const says = (message: object) => last().said(JSON.stringify(message))
const watching = (topics: readonly string[]) => says({ type: 'watching', topics, refused: [] })

function pass(ms: number): void {
  const until = clock + ms
  for (;;) {
    const next = timers.toSorted((a, b) => a.at - b.at)[0]
    if (next === undefined || next.at > until) break
    timers = timers.filter((one) => one !== next)
    clock = next.at
    next.work()
  }
  clock = until
}

/** As a browser: some time later. */
function opened(): void {
  pass(0)
  last().opened()
}

describe('the live feed', () => {
  beforeEach(() => {
    sockets = []
    timers = []
    clock = 0
    csrf = 'token'
    doubts = 0
    chance = 1
    heard = []
    feed = new LiveFeed({
      open(events) {
        const socket: Opened = { ...events, sent: [], isClosed: false }
        sockets.push(socket)
        return {
          send: (text) => socket.sent.push(JSON.parse(text)),
          close: () => (socket.isClosed = true),
        }
      },
      csrf: () => csrf,
      doubt: () => void doubts++,
      after(ms, work) {
        const timer = { at: clock + ms, work }
        timers.push(timer)
        return () => (timers = timers.filter((one) => one !== timer))
      },
      random: () => chance,
    })
  })

  it('opens one WebSocket for all pages and says what they listen to', () => {
    feed.listen('instances', hear)
    feed.listen('events', hear)
    opened()
    assert.equal(sockets.length, 1)
    assert.deepEqual(last().sent, [
      { type: 'watch', csrf: 'token', topics: ['instances', 'events'] },
    ])
  })

  it('says anew what is listened to, once for all that changes in one moment', () => {
    const stop = feed.listen('instances', hear)
    opened()
    stop()
    feed.listen('events', hear)
    feed.listen('sessions', hear)
    pass(0)
    assert.deepEqual(last().sent.slice(1), [{ type: 'topics', topics: ['events', 'sessions'] }])
  })

  it('tells news to those of the topic, and how it stands', () => {
    feed.listen('instances', hear)
    assert.equal(feed.stateOf('instances').kind, 'connecting')
    opened()
    watching(['instances'])
    assert.equal(feed.stateOf('instances').kind, 'live')
    const news = { type: 'instances', changed: [{ InstanceId: 'i-1' }], gone: [] }
    says(news)
    says({ type: 'sessions', changed: [] })
    says({ type: 'something of a later version' })
    assert.deepEqual(heard, [news])
  })

  it('says why a topic is not told', () => {
    feed.listen('events', hear)
    opened()
    says({ type: 'watching', topics: [], refused: [{ topic: 'events', message: 'You may not.' }] })
    assert.deepEqual(feed.stateOf('events'), { kind: 'refused', says: 'You may not.' })
  })

  it('says why the server cannot tell now, and comes back', () => {
    feed.listen('instances', hear)
    opened()
    const message = 'The audit trail cannot be written now.'
    says({ type: 'refused', code: 'ServiceUnavailableException', message, requestId: 'r' })
    assert.deepEqual(feed.stateOf('instances'), { kind: 'away', says: message })
    pass(500)
    last().opened()
    watching(['instances'])
    assert.equal(feed.stateOf('instances').kind, 'live')
  })

  it('comes back when it is lost, and tells that some was missed', () => {
    feed.listen('instances', hear)
    opened()
    watching(['instances'])
    assert.deepEqual(heard, [])
    last().closed(1006)
    assert.equal(feed.stateOf('instances').kind, 'away')
    pass(499)
    assert.equal(sockets.length, 1)
    pass(1)
    assert.equal(sockets.length, 2)
    last().opened()
    watching(['instances'])
    assert.deepEqual(heard, [{ type: 'missed', topic: 'instances' }])
  })

  it('waits longer each time that the server is not reached, and not at all when the network is back', () => {
    feed.listen('instances', hear)
    pass(0)
    last().closed(1006)
    pass(500)
    last().closed(1006)
    pass(999)
    assert.equal(sockets.length, 2)
    feed.tryNow()
    assert.equal(sockets.length, 3)
  })

  it('is back within two seconds of the server, however long that was away, and not with all other pages in one moment', () => {
    feed.listen('instances', hear)
    pass(0)
    for (let times = 0; times < 300; times++) {
      last().closed(1006)
      pass(2000)
      assert.equal(sockets.length, times + 2)
    }
    chance = 0.5
    last().closed(1006)
    const before = sockets.length
    pass(1499)
    assert.equal(sockets.length, before)
    pass(1)
    assert.equal(sockets.length, before + 1)
  })

  it('waits longer each time that the server says that it cannot', () => {
    feed.listen('instances', hear)
    pass(0)
    for (const [at, wait] of [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000].entries()) {
      last().opened()
      says({ type: 'refused', code: 'ServiceUnavailableException', message: 'Busy.' })
      pass(wait - 1)
      assert.equal(sockets.length, at + 1)
      pass(1)
      assert.equal(sockets.length, at + 2)
    }
  })

  it('opens a new one when nothing was heard for long (the network went away and said nothing)', () => {
    feed.listen('instances', hear)
    opened()
    watching(['instances'])
    pass(40_000)
    says({ type: 'beat' })
    pass(49_999)
    assert.equal(sockets[0]?.isClosed, false)
    pass(1)
    assert.equal(sockets[0]?.isClosed, true)
    pass(500)
    assert.equal(sockets.length, 2)
  })

  it('does not ask again where the answer is no, but when it is told to', () => {
    feed.listen('instances', hear)
    opened()
    says({ type: 'refused', code: 'AccessDeniedException', message: 'You may not.' })
    last().closed(1006)
    pass(3_600_000)
    assert.equal(sockets.length, 1)
    assert.deepEqual(feed.stateOf('instances'), { kind: 'refused', says: 'You may not.' })
    feed.tryNow()
    assert.equal(sockets.length, 2)
  })

  it('does not ask again when the door closed because nobody is signed in any more', () => {
    feed.listen('instances', hear)
    opened()
    last().closed(4401)
    pass(3_600_000)
    assert.equal(sockets.length, 1)
    assert.deepEqual(feed.stateOf('instances'), { kind: 'refused', says: 'You are signed out.' })
    assert.equal(doubts, 1)
    feed.goOn()
    assert.equal(sockets.length, 2, 'they are signed in after all')
    last().closed(1006)
    feed.goOn()
    assert.equal(sockets.length, 2, 'a network that is away is not asked more often for it')
  })

  it('doubts that anybody is signed in where it is not let in, of which browsers do not tell why', () => {
    feed.listen('instances', hear)
    pass(0)
    last().closed(1006)
    assert.equal(doubts, 1)
    pass(500)
    last().closed(1006)
    assert.equal(doubts, 1, 'it counts as use: where WebSockets do not pass, nobody would be idle')
    pass(1000)
    last().opened()
    says({ type: 'refused', code: 'ExpiredTokenException', message: 'Over.' })
    assert.equal(doubts, 2)
    feed.tryNow()
    last().opened()
    watching(['instances'])
    last().closed(1006)
    assert.equal(doubts, 2, 'the network')
  })

  it('stays open without listening, so that a page that hears of nothing learns that it was signed out', () => {
    const leave = feed.stay()
    opened()
    assert.deepEqual(last().sent, [{ type: 'watch', csrf: 'token', topics: [] }])
    watching([])
    pass(40_000)
    assert.equal(last().isClosed, false)
    last().closed(4401)
    assert.equal(doubts, 1)
    leave()
    pass(3_600_000)
    assert.equal(sockets.length, 1)
  })

  it('asks again where the server was busy or stops', () => {
    feed.listen('instances', hear)
    opened()
    says({ type: 'refused', code: 'ServiceUnavailableException', message: 'Busy.' })
    pass(500)
    assert.equal(sockets.length, 2)
    last().opened()
    watching(['instances'])
    says({ type: 'ended', cause: 'stopping', says: 'The server stops.' })
    pass(500)
    assert.equal(sockets.length, 3)
  })

  it('keeps the WebSocket while one page follows another, and closes it when nobody listens', () => {
    const stop = feed.listen('instances', hear)
    opened()
    stop()
    pass(4999)
    feed.listen('instances', hear)()
    assert.equal(last().isClosed, false)
    pass(5000)
    assert.equal(last().isClosed, true)
    pass(3_600_000)
    assert.equal(sockets.length, 1)
  })

  it('opens none before it is known who somebody is', () => {
    csrf = ''
    feed.listen('instances', hear)
    pass(400)
    assert.equal(sockets.length, 0)
    csrf = 'told'
    pass(600)
    assert.equal(sockets.length, 1)
  })
})
