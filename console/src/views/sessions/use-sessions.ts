import { useCallback, useEffect, useRef, useState } from 'react'
import { asRefusal, type ApiRefusal } from '../../api/api-refusal.ts'
import type { LiveState } from '../../live/live-feed.ts'
import { useLive } from '../../live/use-live.ts'
import { readSessions } from '../../sessions/read-sessions.ts'
import {
  readSession,
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
  readonly readMore: () => void
}

/** Of those that are open nearly always all, of those that ended a first part. */
const BATCH = { active: 2000, ended: 200 }

/**
 * Those that are open, or those that ended; what is told meanwhile is put in, and taken out when it ends.
 * @param wanted how many are read at a time
 */
export function useSessions(
  state: 'active' | 'ended',
  wanted: number = BATCH[state],
): KnownSessions {
  const [known, setKnown] = useState<Known>(NOTHING)
  const [turn, setTurn] = useState(0)
  const reload = useCallback(() => setTurn((last) => last + 1), [])
  const stop = useRef(new AbortController())
  const told = useRef<readonly SshSession[]>([])

  const live = useLive('sessions', (heard) => {
    if (heard.type === 'missed') return reload()
    const news = heard.changed.map((one) => readSession(one as unknown as SessionAnswer))
    told.current = withSessions(told.current, news)
    setKnown((last) => ({ ...last, sessions: withSessions(last.sessions, news) }))
  })

  const read = useCallback(
    (from: string | undefined, answers: string) => {
      const { signal } = stop.current
      readSessions({ State: state }, { signal, wanted, from }).then(
        ({ sessions, next }) => {
          if (signal.aborted) return
          setKnown((last) => ({
            answered: answers,
            isReadingMore: false,
            refusal: undefined,
            sessions: withSessions(
              from === undefined ? sessions : [...last.sessions, ...sessions],
              told.current,
            ),
            next,
          }))
        },
        (error: unknown) => {
          if (signal.aborted) return
          const refusal = asRefusal(error)
          setKnown((last) => ({ ...last, answered: answers, isReadingMore: false, refusal }))
        },
      )
    },
    [state, wanted],
  )

  const asked = `${state} ${turn}`
  useEffect(() => {
    stop.current = new AbortController()
    const { current } = stop
    told.current = []
    read(undefined, asked)
    return () => current.abort()
  }, [asked, read])

  const { next, sessions, refusal, answered, isReadingMore } = known
  const isReading = answered !== asked || isReadingMore
  return {
    refusal,
    isReading,
    sessions: sessions.filter((session) => (session.state === 'ended') === (state === 'ended')),
    hasMore: next !== undefined,
    live,
    reload,
    readMore: () => {
      if (next === undefined || isReading) return
      setKnown((last) => ({ ...last, isReadingMore: true }))
      read(next, asked)
    },
  }
}

interface Known extends Pick<KnownSessions, 'sessions' | 'refusal'> {
  readonly next: string | undefined
  /** Which question was answered last, well or not. */
  readonly answered: string
  readonly isReadingMore: boolean
}

const NOTHING: Known = {
  sessions: [],
  refusal: undefined,
  next: undefined,
  answered: '',
  isReadingMore: false,
}
