import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { asRefusal, type ApiRefusal } from '../../api/api-refusal.ts'
import { useReachedAgain } from '../../api/reached-again.ts'
import type { LiveState } from '../../live/live-feed.ts'
import { useLive } from '../../live/use-live.ts'
import { readSessions } from '../../sessions/read-sessions.ts'
import type { SessionQuery } from '../../sessions/session-query.ts'
import { useNowAndThen } from '../../ui/use-now-and-then.ts'
import { useReadState } from '../../ui/use-read-state.ts'
import {
  readSession,
  sessionsThatAre,
  withSessions,
  type SessionAnswer,
  type SshSession,
} from '../../sessions/ssh-session.ts'

export interface KnownSessions {
  readonly sessions: readonly SshSession[]
  readonly isReading: boolean
  readonly hasMore: boolean
  readonly refusal: ApiRefusal | undefined
  readonly live: LiveState
  readonly reload: () => void
  /** @param wanted how many; default as at first */
  readonly readMore: (wanted?: number) => void
}

/** While a host tells of more than the feed does: each reading is several calls, and on record. */
const READ_EVERY_MS = 10_000

/** Of those that are open nearly always all, of those that ended a first part. */
const BATCH = { active: 2000, ended: 200 }
/** A page that is left open for days keeps no more of what it was told: then it reads the first part anew. */
const MAX_TOLD = 2000

/** Those that are open, or those that ended; what is told meanwhile is put in, and taken out when it ends. */
export function useSessions({
  state,
  query = ALL,
  wanted = BATCH[state],
}: {
  readonly state: 'active' | 'ended'
  /** What the server is to look for. */
  readonly query?: SessionQuery
  /** How many are read at a time. */
  readonly wanted?: number
}): KnownSessions {
  const [known, setKnown] = useReadState<Known>(NOTHING)
  const [turn, setTurn] = useState(0)
  const reload = useCallback(() => setTurn((last) => last + 1), [])
  const readAgain = useNowAndThen(reload, READ_EVERY_MS)
  const refusal = useReachedAgain(known.refusal, reload)
  const stop = useRef(new AbortController())
  /** Since the reading began that is under way: it may have passed them already. */
  const told = useRef<readonly SshSession[]>(undefined)

  const live = useLive('sessions', (heard) => {
    if (heard.type === 'missed') return readAgain()
    const news = heard.changed.map((one) => readSession(one as unknown as SessionAnswer))
    if (told.current !== undefined) told.current = withSessions(told.current, news)
    if (known.sessions.length > known.read + MAX_TOLD && state === 'ended') return reload()
    setKnown((last) => ({
      ...last,
      sessions: sessionsThatAre(state, withSessions(last.sessions, news)),
    }))
  })

  const asks = JSON.stringify(query)
  const read = useCallback(
    (answers: string, { from, count }: { readonly from?: string; readonly count: number }) => {
      const { signal } = stop.current
      told.current = []
      const asked = { State: state, ...(JSON.parse(asks) as SessionQuery) }
      readSessions(asked, { signal, wanted: count, from }).then(
        ({ sessions, next }) => {
          if (signal.aborted) return
          const since = told.current ?? []
          told.current = undefined
          setKnown((last) => {
            const all = from === undefined ? sessions : [...last.sessions, ...sessions]
            const current = sessionsThatAre(state, withSessions(all, since))
            return {
              answered: answers,
              isReadingMore: false,
              refusal: undefined,
              sessions: current,
              read: current.length,
              next,
            }
          })
        },
        (error: unknown) => {
          if (signal.aborted) return
          told.current = undefined
          const refusal = asRefusal(error)
          setKnown((last) => ({ ...last, answered: answers, isReadingMore: false, refusal }))
        },
      )
    },
    [state, asks, setKnown],
  )

  const asked = `${state} ${asks} ${turn}`
  useEffect(() => {
    stop.current = new AbortController()
    const { current } = stop
    read(asked, { count: wanted })
    return () => current.abort()
  }, [asked, read, wanted])

  const { next, sessions, answered, isReadingMore } = known
  const isReading = answered !== asked || isReadingMore
  // Those of the other state are there until what is asked now is answered.
  const shown = useMemo(() => sessionsThatAre(state, sessions), [state, sessions])
  return {
    refusal,
    isReading,
    sessions: shown,
    hasMore: next !== undefined,
    live,
    reload,
    readMore: (count = wanted) => {
      if (next === undefined || isReading) return
      setKnown((last) => ({ ...last, isReadingMore: true }))
      read(asked, { from: next, count })
    },
  }
}

const ALL: SessionQuery = {}

interface Known extends Pick<KnownSessions, 'sessions' | 'refusal'> {
  readonly next: string | undefined
  /** How many there were when it was read. */
  readonly read: number
  /** Which question was answered last, well or not. */
  readonly answered: string
  readonly isReadingMore: boolean
}

const NOTHING: Known = {
  sessions: [],
  refusal: undefined,
  next: undefined,
  read: 0,
  answered: '',
  isReadingMore: false,
}
