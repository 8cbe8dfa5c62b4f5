import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { asRefusal, type ApiRefusal } from '../../api/api-refusal.ts'
import { useReachedAgain } from '../../api/reached-again.ts'
import { serverTime } from '../../api/server-time.ts'
import type { LiveState } from '../../live/live-feed.ts'
import { tryLiveNow, useLive } from '../../live/use-live.ts'
import { useReadState } from '../../ui/use-read-state.ts'
import { readTold, type ListedInstance } from './listed-instance.ts'
import { readAllInstances } from './read-instances.ts'
import { joinedNews, withNews, type InstanceNews } from './with-news.ts'

/** Of a list that is still being read. */
const SHOWN_EVERY_MS = 1000

/** The fleet as far as it is read. */
export interface KnownInstances {
  readonly instances: readonly ListedInstance[]
  readonly isReading: boolean
  /** Whether all have been read at least once. */
  readonly isWhole: boolean
  readonly refusal: ApiRefusal | undefined
  /** When all had been read last, in seconds since 1970. */
  readonly readAt: number | undefined
  readonly live: LiveState
  readonly reload: () => void
  /** What the page itself has changed. */
  readonly apply: (news: InstanceNews) => void
}

/**
 * Reads the whole fleet, page by page, and then hears what changes. The first pages are shown while the others come; once there was a whole
 * list, it stays until the next one is whole. When the control plane is away, what was read stays.
 */
export function useInstances(): KnownInstances {
  const [known, setKnown] = useReadState<Known>(NOTHING)
  const [turn, setTurn] = useState(0)
  /** Since the reading began that is under way: it may have passed those instances already. Undefined while none is. */
  const since = useRef<InstanceNews>(undefined)
  const reload = useCallback(() => {
    tryLiveNow()
    setTurn((last) => last + 1)
  }, [])
  const apply = useCallback(
    (news: InstanceNews) => {
      if (since.current !== undefined) since.current = joinedNews(since.current, news)
      setKnown((last) => ({ ...last, instances: withNews(last.instances, news) }))
    },
    [setKnown],
  )

  const refusal = useReachedAgain(known.refusal, reload)

  const live = useLive('instances', (heard) => {
    if (heard.type === 'missed') return reload()
    apply({ changed: heard.changed.map(readTold), gone: heard.gone })
  })

  useEffect(() => {
    const stop = new AbortController()
    since.current = NO_NEWS
    const current = (instances: readonly ListedInstance[]) =>
      withNews(instances, since.current ?? NO_NEWS)
    let shownAt = -Infinity
    readAllInstances({
      signal: stop.signal,
      onPage(soFar) {
        // Showing them takes longer than reading them.
        if (performance.now() - shownAt < SHOWN_EVERY_MS) return
        shownAt = performance.now()
        setKnown((last) => (last.isWhole ? last : { ...last, instances: current(soFar) }))
      },
    }).then(
      (all) => {
        if (stop.signal.aborted) return
        const instances = current(all)
        since.current = undefined
        setKnown({
          instances,
          turn,
          isWhole: true,
          refusal: undefined,
          readAt: Math.floor(serverTime() / 1000),
        })
      },
      (error: unknown) => {
        if (stop.signal.aborted) return
        since.current = undefined
        setKnown((last) => ({ ...last, turn, refusal: asRefusal(error) }))
      },
    )
    return () => stop.abort()
  }, [turn, setKnown])

  return useMemo(() => {
    const { turn: readTurn, ...rest } = known
    return { ...rest, refusal, isReading: readTurn !== turn, live, reload, apply }
  }, [known, refusal, turn, live, reload, apply])
}

interface Known extends Pick<KnownInstances, 'instances' | 'isWhole' | 'refusal' | 'readAt'> {
  /** Which reading has ended, well or not. */
  readonly turn: number | undefined
}

const NO_NEWS: InstanceNews = { changed: [], gone: [] }

const NOTHING: Known = {
  instances: [],
  turn: undefined,
  isWhole: false,
  refusal: undefined,
  readAt: undefined,
}
