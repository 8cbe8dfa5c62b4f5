import { useCallback, useEffect, useRef, useState } from 'react'
import { asRefusal, type ApiRefusal } from '../../api/api-refusal.ts'
import { useReachedAgain } from '../../api/reached-again.ts'
import { serverTime } from '../../api/server-time.ts'
import { searchOf, type EventQuery } from '../../events/event-query.ts'
import { readEvents } from '../../events/search-events.ts'
import type { EventView } from '../../events/trail-record.ts'
import { useReadState } from '../../ui/use-read-state.ts'

/** What a search has found so far. */
export interface FoundEvents {
  readonly events: readonly EventView[]
  readonly isReading: boolean
  /** There may be more. */
  readonly hasMore: boolean
  /** How far it has looked without finding enough, in seconds since 1970. */
  readonly searchedTo: number | undefined
  readonly refusal: ApiRefusal | undefined
  /** Reads on behind what is there. */
  readonly readMore: () => void
  /** Begins anew. */
  readonly reload: () => void
  /** Puts new ones in front: what the live feed told. */
  readonly prepend: (events: readonly EventView[]) => void
}

/** Records that are read at a time. */
const BATCH = 100
/** A tail that is left on for days keeps no more of what it was told. */
const MAX_TOLD = 2000

/** @param key names the question: another one begins anew */
export function useEvents(key: string, query: EventQuery): FoundEvents {
  const [found, setFound] = useReadState<Found>({ ...NOTHING, isReading: true })
  const [turn, setTurn] = useState(0)
  const reload = useCallback(() => setTurn((last) => last + 1), [])
  const refusal = useReachedAgain(found.refusal, reload)
  const stop = useRef(new AbortController())
  const asked = useRef<ReturnType<typeof searchOf>>(undefined)
  /** By the live feed since the reading began: it may have passed them already. */
  const told = useRef<readonly EventView[]>([])

  const read = useCallback(
    (from: string | undefined) => {
      const { signal } = stop.current
      const search = asked.current
      if (search === undefined) return
      setFound((last) => ({ ...last, isReading: true, searchedTo: undefined, refusal: undefined }))
      // What was there before stays until something is found, or nothing.
      let isFirst = from === undefined
      if (isFirst) told.current = []
      const take = (events: readonly EventView[], state: Partial<Found>) => {
        const before = isFirst ? told.current : undefined
        isFirst = false
        setFound((last) => ({
          ...last,
          events: withoutRepeats([...(before ?? last.events), ...events]),
          ...state,
        }))
      }
      readEvents(search, {
        signal,
        from,
        wanted: BATCH,
        onPage({ events, searchedTo }) {
          if (signal.aborted) return
          // A search for words may look for long until it has found a page full.
          if (events.length > 0) take(events, { searchedTo })
          else setFound((last) => ({ ...last, searchedTo }))
        },
      }).then(
        ({ events, next }) => {
          if (!signal.aborted)
            take(events, { isReading: false, searchedTo: undefined, next, isCut: false })
        },
        (error: unknown) => {
          if (!signal.aborted)
            setFound((last) => ({ ...last, isReading: false, refusal: asRefusal(error) }))
        },
      )
    },
    [setFound],
  )

  useEffect(() => {
    stop.current = new AbortController()
    const { current } = stop
    asked.current = searchOf(query, serverTime() / 1000)
    setFound((last) => ({ ...last, next: undefined }))
    read(undefined)
    return () => current.abort()
    // What is asked is named by the key: the query is another object at every rendering.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key, turn, read])

  const { next, isCut, ...rest } = found
  return {
    ...rest,
    refusal,
    hasMore: next !== undefined || isCut,
    reload,
    readMore: () => {
      if (found.isReading) return
      if (isCut) reload()
      else if (next !== undefined) read(next)
    },
    prepend: useCallback(
      (events) => {
        told.current = withoutRepeats([...events, ...told.current]).slice(0, MAX_TOLD)
        setFound((last) => {
          const all = withoutRepeats([...events, ...last.events])
          if (all.length <= MAX_TOLD) return { ...last, events: all }
          // What was behind the last of them is read anew, if somebody wants it.
          return { ...last, events: all.slice(0, MAX_TOLD), next: undefined, isCut: true }
        })
      },
      [setFound],
    ),
  }
}

interface Found extends Pick<FoundEvents, 'events' | 'isReading' | 'searchedTo' | 'refusal'> {
  readonly next: string | undefined
  /** So much was told that the oldest were put away. */
  readonly isCut: boolean
}

const NOTHING: Found = {
  events: [],
  isReading: false,
  searchedTo: undefined,
  refusal: undefined,
  next: undefined,
  isCut: false,
}

/** Each by its place in the trail, newest first. */
function withoutRepeats(events: readonly EventView[]): readonly EventView[] {
  const bySeq = new Map(events.map((event) => [event.seq, event]))
  return [...bySeq.values()].toSorted((a, b) => b.seq - a.seq)
}
