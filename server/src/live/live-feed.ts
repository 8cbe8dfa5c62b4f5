import { throttling } from '@fleetkey/domain/exceptions/server'
import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import {
  LIVE_BEAT_MS,
  LIVE_EVERY_MS,
  LIVE_TOPICS,
  type LiveTopic,
} from '@fleetkey/wire/live/protocol'
import { encodeLiveMessage, type LiveMessage } from '@fleetkey/wire/live/server-message'
import type { WebSocket } from 'ws'
import type { Drained, LiveSource } from './live-source.ts'
import type { LiveView, Viewer } from './live-view.ts'
import { Watch } from './watch.ts'

/** Pages that watch at once: each costs a question of its rights whenever any right changes. */
const MAX_WATCHES = 2000
const MAX_PER_PRINCIPAL = 50
/** Rights by the hour, the address or the second factor change without anybody changing them: looked at this often all the same. */
const LOOK_AGAIN_MS = 60_000
/** Rights that change again while they are being asked for: of one page, which is soon done. A page that missed some reads all of it again. */
const MAX_LOOKS = 20
/** Few at a time: whoever asks for something meanwhile does not queue behind the rights of everybody who watches. */
const LOOKING_AT_ONCE = 4
/** Whoever changes rights without end has those of others looked at in this part of the time at most: what is new is told later then. */
const LOOKING_SHARE = 1 / 4

/** Tells pages of the console what is new, once a second. */
export interface LiveFeed {
  /** For who was let in. Throws when too many watch. */
  open(viewer: Viewer, topics: readonly LiveTopic[]): Promise<ReadyWatch>
  /** Ends all: the server stops. */
  close(): Promise<void>
}

/** Waits for its WebSocket. */
export interface ReadyWatch {
  enter(webSocket: WebSocket): void
  /** Nobody will come. */
  abandon(): void
}

export function createLiveFeed(parts: {
  readonly sources: ReadonlyMap<LiveTopic, LiveSource<unknown>>
  readonly securityVersion: () => Promise<number>
  readonly now: () => number
  readonly log: { error(facts: object, text: string): void }
  readonly everyMs?: number | undefined
}): LiveFeed {
  const { sources, securityVersion, now, log, everyMs = LIVE_EVERY_MS } = parts
  /** With the rights that they were last told by. */
  const watches = new Map<Watch, LookedAt>()
  const byPrincipal = new Map<string, number>()
  const begun = new Set<LiveTopic>()
  let beatAt = now()
  let timer: NodeJS.Timeout | undefined
  let turn = Promise.resolve()

  function follow(): void {
    if (watches.size > 0) {
      timer ??= setInterval(next, everyMs).unref()
      return
    }
    clearInterval(timer)
    timer = undefined
    begun.clear()
  }

  let isWorking = false
  let restsUntil = 0
  function next(): void {
    if (isWorking || performance.now() < restsUntil) return
    isWorking = true
    turn = tellAll()
      .catch((error: unknown) => {
        log.error({ error: String(error) }, 'pages were not told what is new')
        for (const watch of watches.keys()) for (const topic of watch.topics) watch.miss(topic)
      })
      .finally(() => (isWorking = false))
  }

  async function tellAll(): Promise<void> {
    const fresh = new Map<LiveTopic, Fresh>()
    for (const topic of LIVE_TOPICS) {
      // oxlint-disable-next-line no-await-in-loop -- one reader
      const read = await freshOf(topic)
      if (read !== undefined) fresh.set(topic, read)
    }
    const encode = encoder()
    const told = { fresh, encode }
    const version = await securityVersion()
    const outdated: Watch[] = []
    for (const [watch, looked] of watches) {
      if (isOutdated(watch, looked, version)) outdated.push(watch)
      else tellOne(watch, told)
    }
    await lookAndTell(outdated, told)
    if (now() - beatAt < LIVE_BEAT_MS) return
    beatAt = now()
    for (const watch of watches.keys()) watch.beat()
  }

  /** Undefined when nobody hears of it. */
  async function freshOf(topic: LiveTopic): Promise<Fresh | undefined> {
    const source = sources.get(topic)
    const hearing = [...watches.keys()].filter((watch) => watch.topics.includes(topic))
    if (source === undefined || hearing.length === 0) {
      begun.delete(topic)
      return undefined
    }
    if (!begun.has(topic)) {
      await source.begin()
      begun.add(topic)
    }
    const joined = new Set(hearing.filter((watch) => watch.joined.delete(topic)))
    const drained = await source.drain()
    return { ...drained, joined, recent: joined.size > 0 ? await source.recent() : undefined }
  }

  function tell(
    watch: Watch,
    { topic, news, hasMissed, joined, recent }: Fresh & { readonly topic: LiveTopic },
    encode: Encode | undefined,
  ): void {
    const told = joined.has(watch) ? recent : news
    if (told !== undefined && encode !== undefined) watch.tell(topic, told, encode)
    if (hasMissed || (told !== undefined && encode === undefined)) watch.miss(topic)
  }

  /** Without `encode` it is not certain that they may hear it: that it was missed is all. */
  function tellOne(watch: Watch, { fresh, encode }: Told): void {
    for (const topic of watch.topics) {
      const read = fresh.get(topic)
      if (read !== undefined) tell(watch, { topic, ...read }, encode)
    }
    watch.tellMissed(now())
  }

  /** A policy that changes is a question about everybody who watches: they are looked at one by one, and each is told at once. */
  async function lookAndTell(
    outdated: Watch[],
    told: Told & { readonly encode: Encode },
  ): Promise<void> {
    if (outdated.length === 0) return
    const before = process.threadCpuUsage()
    const lanes = Array.from({ length: LOOKING_AT_ONCE }, async () => {
      for (let watch = outdated.shift(); watch !== undefined; watch = outdated.shift()) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await lookAndTellOne(watch, told)
      }
    })
    const failed = (await Promise.allSettled(lanes)).find(({ status }) => status === 'rejected')
    const { user, system } = process.threadCpuUsage(before)
    restsUntil = performance.now() + ((user + system) / 1000) * (1 / LOOKING_SHARE - 1)
    if (failed?.status === 'rejected') throw failed.reason
  }

  async function lookAndTellOne(watch: Watch, told: Told & { readonly encode: Encode }) {
    for (let looks = 0; looks <= MAX_LOOKS; looks++) {
      // oxlint-disable-next-line no-await-in-loop -- until nothing changed meanwhile
      const version = await securityVersion()
      const looked = watches.get(watch)
      if (looked === undefined) return
      // No waiting between this look and the telling: what was withdrawn is not told any more.
      if (!isOutdated(watch, looked, version)) return tellOne(watch, told)
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await look(watch, version)
    }
    tellOne(watch, { fresh: told.fresh })
  }

  const isOutdated = (watch: Watch, { asOf, at }: LookedAt, version: number) =>
    asOf !== version || now() - at >= LOOK_AGAIN_MS || isOver(watch)

  const isOver = ({ viewer: { endsAt } }: Watch) => endsAt !== undefined && endsAt <= now()

  async function look(watch: Watch, version: number): Promise<void> {
    if (isOver(watch)) return watch.end('signed-out', SIGNED_OUT)
    try {
      const view = await watch.viewer.look()
      if (!watches.has(watch)) return
      watches.set(watch, { asOf: version, at: now() })
      watch.see(view)
    } catch (error) {
      if (!(error instanceof ServiceException)) throw error
      const isDenied = error.code.startsWith('AccessDenied')
      watch.end(isDenied ? 'not-allowed' : 'signed-out', isDenied ? error.message : SIGNED_OUT)
    }
  }

  /** How many watch, or are on their way in. */
  let taken = 0

  function take(principalArn: string): () => void {
    const own = byPrincipal.get(principalArn) ?? 0
    if (taken >= MAX_WATCHES || own >= MAX_PER_PRINCIPAL) throw throttling()
    taken++
    byPrincipal.set(principalArn, own + 1)
    return once(() => {
      taken--
      const left = (byPrincipal.get(principalArn) ?? 1) - 1
      if (left === 0) byPrincipal.delete(principalArn)
      else byPrincipal.set(principalArn, left)
    })
  }

  return {
    async open(viewer, topics) {
      const release = take(viewer.principalArn)
      try {
        const asOf = await securityVersion()
        const view: LiveView = await viewer.look()
        return {
          abandon: release,
          enter(webSocket) {
            const watch = new Watch({
              webSocket,
              viewer,
              view,
              topics,
              onEnd() {
                release()
                watches.delete(watch)
                follow()
              },
            })
            watches.set(watch, { asOf, at: now() })
            follow()
          },
        }
      } catch (error) {
        release()
        throw error
      }
    },
    async close() {
      for (const watch of watches.keys()) {
        watch.end('stopping', 'The server stops; it is asked again by itself.')
      }
      await turn
    },
  }
}

const SIGNED_OUT = 'The sign-in is over. Sign in again.'

interface LookedAt {
  /** The security version. */
  readonly asOf: number
  readonly at: number
}

interface Fresh extends Drained<unknown> {
  /** They begin with what was new in the last seconds. */
  readonly joined: ReadonlySet<Watch>
  readonly recent: unknown
}

type Encode = (message: LiveMessage) => string

interface Told {
  readonly fresh: ReadonlyMap<LiveTopic, Fresh>
  readonly encode?: Encode
}

/** What many are told alike is spelt once. */
function encoder(): Encode {
  const texts = new Map<LiveMessage, string>()
  return (message) => {
    const text = texts.get(message) ?? encodeLiveMessage(message)
    texts.set(message, text)
    return text
  }
}

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    work()
  }
}
