import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { accessDenied } from '@fleetkey/domain/exceptions/authorization'
import { unrecognizedClient } from '@fleetkey/domain/exceptions/authentication'
import type { LiveTopic } from '@fleetkey/wire/live/protocol'
import type { LiveMessage, LiveNews } from '@fleetkey/wire/live/server-message'
import type { WebSocket } from 'ws'
import { until } from '../testing/until.ts'
import { createFleetNews, type FleetNews } from './fleet-news.ts'
import { createLiveFeed, type LiveFeed } from './live-feed.ts'
import { stateSource } from './live-source.ts'
import type { LiveView } from './live-view.ts'

/** What a page of somebody's has heard. */
class Page extends EventEmitter {
  readonly OPEN = 1
  readyState = 1
  bufferedAmount = 0
  readonly heard: LiveMessage[] = []
  code = 0
  pings = 0

  send(text: string): void {
    this.heard.push(JSON.parse(text) as LiveMessage)
  }
  close(code: number): void {
    this.readyState = 2
    this.code = code
  }
  terminate(): void {
    this.readyState = 3
    this.emit('close')
  }
  ping(): void {
    this.pings++
  }
  says(message: object): void {
    this.emit('message', Buffer.from(JSON.stringify(message)), false)
  }
  types(): readonly string[] {
    return this.heard.map(({ type }) => type)
  }
  ids(): readonly unknown[] {
    return this.heard.flatMap((message) =>
      message.type === 'instances' ? message.changed.map(({ id }) => id) : [],
    )
  }
}

let clock: number
let version: number
let news: FleetNews
let feed: LiveFeed
let reads: number
/** Who may see what, as it is decided now; undefined is signed out. */
let may: Set<LiveTopic> | undefined
/** Done while rights are being looked at. */
let meanwhile: () => void
/** How long a look takes; undefined is at once. */
let waits: (() => Promise<void>) | undefined

async function look(): Promise<LiveView> {
  meanwhile()
  await waits?.()
  if (may === undefined) throw unrecognizedClient()
  const allowed = may
  return {
    topics: new Map([...allowed].map((topic) => [topic, (read) => read as LiveNews])),
    refused: (['instances', 'sessions'] as const)
      .filter((topic) => !allowed.has(topic))
      .map((topic) => ({ topic, message: `no ${topic}` })),
  }
}

async function watch(
  topics: readonly LiveTopic[],
  endsAt?: number,
  arn = 'arn:ann',
): Promise<Page> {
  const page = new Page()
  const ready = await feed.open({ principalArn: arn, endsAt, look }, topics)
  ready.enter(page as unknown as WebSocket)
  return page
}

/** Until it is told something after this moment that was new. */
async function told(page: Page, id: string): Promise<void> {
  news.changed('instances', id)
  await until(() => page.ids().includes(id))
}

beforeEach(() => {
  clock = 1_000_000
  version = 1
  reads = 0
  may = new Set(['instances', 'sessions'])
  meanwhile = () => {}
  waits = undefined
  news = createFleetNews(() => clock)
  const read = (type: 'instances' | 'sessions') => (ids: readonly string[]) => {
    reads++
    return Promise.resolve({ type, changed: ids.map((id) => ({ id })), gone: [] })
  }
  feed = createLiveFeed({
    sources: new Map([
      ['instances', stateSource('instances', news, read('instances'))],
      ['sessions', stateSource('sessions', news, read('sessions'))],
    ]),
    securityVersion: () => Promise.resolve(version),
    now: () => clock,
    log: { error: (facts) => assert.fail(JSON.stringify(facts)) },
    everyMs: 2,
  })
})
afterEach(() => feed.close())

describe('the live feed', () => {
  it('says what is heard, then what is new, together and read once for all', async () => {
    const [one, other] = [await watch(['instances']), await watch(['instances'])]
    assert.deepEqual(one.heard, [{ type: 'watching', topics: ['instances'], refused: [] }])
    await told(one, 'i-0')
    await told(other, 'i-0')
    reads = 0
    news.changed('instances', 'i-1')
    news.changed('instances', 'i-2')
    news.changed('instances', 'i-1')
    await until(() => one.ids().includes('i-1') && other.ids().includes('i-1'))
    assert.deepEqual(one.ids().slice(-2), ['i-1', 'i-2'])
    assert.equal(reads, 1)
  })

  it('tells who begins what was new in the last seconds, and nothing older', async () => {
    news.changed('instances', 'i-old')
    clock += 10_001
    news.changed('instances', 'i-new')
    const page = await watch(['instances'])
    await until(() => page.ids().length > 0)
    assert.deepEqual(page.ids(), ['i-new'])
  })

  it('tells only what is listened to, and follows when that changes', async () => {
    const page = await watch(['sessions'])
    const witness = await watch(['instances'])
    await told(witness, 'i-1')
    assert.deepEqual(page.ids(), [])
    clock += 60_000
    page.says({ type: 'topics', topics: ['instances'] })
    await told(page, 'i-2')
    assert.deepEqual(page.ids(), ['i-2'])
    assert.deepEqual(page.heard.at(1), { type: 'watching', topics: ['instances'], refused: [] })
  })

  it('tells nothing of what its person may not read, and says why', async () => {
    may = new Set(['sessions'])
    const page = await watch(['instances', 'sessions'])
    assert.deepEqual(page.heard[0], {
      type: 'watching',
      topics: ['sessions'],
      refused: [{ topic: 'instances', message: 'no instances' }],
    })
    news.changed('instances', 'i-1')
    news.changed('sessions', 's-1')
    await until(() => page.types().includes('sessions'))
    assert.deepEqual(page.ids(), [])
  })

  it('tells nothing that is new after a right was withdrawn', async () => {
    const page = await watch(['instances'])
    await told(page, 'i-1')
    may = new Set(['sessions'])
    version++
    news.changed('instances', 'i-2')
    await until(() => page.heard.at(-1)?.type === 'watching' && page.heard.length > 2)
    news.changed('instances', 'i-3')
    page.says({ type: 'topics', topics: ['instances', 'sessions'] })
    news.changed('sessions', 's-1')
    await until(() => page.types().includes('sessions'))
    assert.deepEqual(page.ids(), ['i-1'])
    may = new Set(['instances', 'sessions'])
    version++
    await told(page, 'i-4')
  })

  it('tells nothing by rights that change again while they are asked for', async () => {
    const page = await watch(['instances'])
    await told(page, 'i-1')
    meanwhile = () => {
      // The answer to this question is of before; what is withdrawn meanwhile is seen by the next.
      meanwhile = () => {}
      queueMicrotask(() => {
        may = new Set()
        version++
      })
    }
    version++
    news.changed('instances', 'i-2')
    await until(() => page.heard.at(-1)?.type === 'watching')
    assert.deepEqual(page.ids(), ['i-1'])
  })

  it('tells nothing while rights change faster than they can be asked for, and that it was missed', async () => {
    const page = await watch(['instances'])
    await told(page, 'i-1')
    let isChanging = true
    meanwhile = () => {
      if (isChanging) version++
    }
    version++
    news.changed('instances', 'i-2')
    await until(() => page.types().includes('missed'))
    isChanging = false
    await told(page, 'i-3')
    assert.deepEqual(page.ids(), ['i-1', 'i-3'])
  })

  it('looks at few at a time when a right changes, and tells each at once (whoever pushes would queue behind all)', async () => {
    const pages = await Promise.all(
      Array.from({ length: 40 }, (_, at) => watch(['instances'], undefined, `arn:${at}`)),
    )
    await Promise.all(pages.map((page) => told(page, 'i-1')))
    let [looks, under, most] = [0, 0, 0]
    waits = async () => {
      most = Math.max(most, ++under)
      await nextTurn()
      under--
      // Somebody goes on changing rights: nobody is the worse for it.
      if (++looks % 10 === 0) version++
    }
    version++
    news.changed('instances', 'i-2')
    await until(() => pages.every((page) => page.ids().includes('i-2')))
    assert.ok(most <= 4, `${most} at a time`)
    assert.ok(pages.every((page) => !page.types().includes('missed')))
  })

  it('ends with the sign-in: when it is over, and when it is ended', async () => {
    const [one, other] = [await watch(['instances'], clock + 5000), await watch(['instances'])]
    clock += 5000
    await until(() => one.code === 4401)
    assert.deepEqual(one.heard.at(-1), {
      type: 'ended',
      cause: 'signed-out',
      says: 'The sign-in is over. Sign in again.',
    })
    may = undefined
    version++
    await until(() => other.code === 4401)
  })

  it('ends when watching is not allowed any more', async () => {
    const page = await watch(['instances'])
    meanwhile = () => {
      throw accessDenied('You may not watch.', '')
    }
    version++
    await until(() => page.code === 4403)
    assert.deepEqual(page.heard.at(-1), {
      type: 'ended',
      cause: 'not-allowed',
      says: 'You may not watch.',
    })
  })

  it('asks for rights again after a minute: the hour decides too', async () => {
    const page = await watch(['instances'])
    may = new Set()
    clock += 60_000
    await until(() => page.types().filter((type) => type === 'watching').length === 2)
    assert.equal(version, 1)
  })

  it('keeps nothing for a page that is slow, but tells it to read again when it is back', async () => {
    const [slow, quick] = [await watch(['instances']), await watch(['instances'])]
    slow.bufferedAmount = 2 * 1024 * 1024
    for (let number = 0; number < 50; number++) await told(quick, `i-${number}`)
    assert.deepEqual(slow.types(), ['watching'])
    slow.bufferedAmount = 0
    await until(() => slow.types().includes('missed'))
    assert.deepEqual(slow.ids(), [])
  })

  it('says that some was missed at most every ten seconds', async () => {
    const page = await watch(['instances'])
    const flood = () => {
      for (let number = 0; number < 20_500; number++) news.changed('instances', `i-${number}`)
    }
    await told(page, 'i-x')
    flood()
    await until(() => page.ids().length === 20_001)
    assert.ok(page.types().includes('missed'))
    flood()
    await until(() => page.ids().length === 40_001)
    assert.equal(page.types().filter((type) => type === 'missed').length, 1)
    clock += 10_000
    await until(() => page.types().filter((type) => type === 'missed').length === 2)
  })

  it('tells at most 500 at a time, and the others later', async () => {
    const page = await watch(['instances'])
    await told(page, 'i-x')
    for (let number = 0; number < 1050; number++) news.changed('instances', `i-${number}`)
    await until(() => page.ids().length === 1051)
    const sizes = page.heard.flatMap((one) =>
      one.type === 'instances' ? [one.changed.length] : [],
    )
    assert.ok(Math.max(...sizes) <= 500)
    assert.ok(!page.types().includes('missed'))
  })

  it('tells in turn what changes without a break (what changes last would never be told)', () => {
    const all = Array.from({ length: 300 }, (_, number) => `i-${number}`)
    const change = () => {
      for (const id of all) news.changed('instances', id)
    }
    change()
    assert.deepEqual(news.take('instances', 200).ids, all.slice(0, 200))
    change()
    const { ids } = news.take('instances', 200)
    assert.deepEqual(ids, [...all.slice(200), ...all.slice(0, 100)])
  })

  it('shuts out what speaks otherwise than a page, and who says too much', async () => {
    const [odd, loud] = [await watch(['instances']), await watch(['instances'])]
    odd.says({ type: 'watch', csrf: 'x', topics: [] })
    assert.equal(odd.code, 1008)
    for (let number = 0; number < 51; number++) loud.says({ type: 'topics', topics: [] })
    assert.equal(loud.code, 1008)
  })

  it('takes who does not answer for gone', async () => {
    const [here, gone] = [await watch(['instances']), await watch(['instances'])]
    clock += 20_000
    await until(() => here.pings === 1 && gone.pings === 1)
    assert.equal(here.heard.at(-1)?.type, 'beat')
    here.emit('pong')
    clock += 20_000
    await until(() => gone.readyState === 3)
    assert.equal(here.readyState, 1)
  })

  it('lets one person watch on 50 pages, and others all the same', async () => {
    const pages = await Promise.all(Array.from({ length: 50 }, () => watch([])))
    await assert.rejects(watch([]), { code: 'ThrottlingException' })
    await watch([], undefined, 'arn:bob')
    pages[0]?.emit('close')
    await watch([])
  })

  it('says so when the server stops', async () => {
    const page = await watch(['instances'])
    await feed.close()
    assert.deepEqual([page.heard.at(-1)?.type, page.code], ['ended', 1001])
  })
})
