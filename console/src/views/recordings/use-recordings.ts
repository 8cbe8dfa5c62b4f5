import { useCallback, useEffect, useRef, useState } from 'react'
import { asRefusal, type ApiRefusal } from '../../api/api-refusal.ts'
import { useReachedAgain } from '../../api/reached-again.ts'
import { serverTime } from '../../api/server-time.ts'
import { readRecordings } from '../../recordings/read-recordings.ts'
import type { ListedRecording } from '../../recordings/recording.ts'
import { askedOf, type RecordingQuery } from '../../recordings/recording-query.ts'
import { useReadState } from '../../ui/use-read-state.ts'

const PAGE = 50

interface Known {
  readonly key: string
  readonly recordings: readonly ListedRecording[]
  readonly next: string | undefined
  readonly isReading: boolean
  readonly refusal: ApiRefusal | undefined
}

const nothing = (key: string): Known => ({
  key,
  recordings: [],
  next: undefined,
  isReading: true,
  refusal: undefined,
})

/** Recordings that fit, page by page as they are asked for. */
export function useRecordings(key: string, query: RecordingQuery) {
  const [known, setKnown] = useReadState(() => nothing(key))
  const [turn, setTurn] = useState(0)
  const { next, isReading } = known.key === key ? known : nothing(key)
  const stop = useRef(new AbortController())

  const read = useCallback(
    async (from: string | undefined) => {
      const { signal } = stop.current
      setKnown((before) => ({ ...(before.key === key ? before : nothing(key)), isReading: true }))
      try {
        const page = await readRecordings(askedOf(query, serverTime()), {
          signal,
          wanted: PAGE,
          from,
        })
        // Another question has been asked since.
        if (signal.aborted) return
        setKnown((before) => ({
          key,
          recordings:
            from === undefined ? page.recordings : [...before.recordings, ...page.recordings],
          next: page.next,
          isReading: false,
          refusal: undefined,
        }))
      } catch (error) {
        if (signal.aborted) return
        setKnown((before) => ({ ...before, isReading: false, refusal: asRefusal(error) }))
      }
    },
    // The key says all of the query.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [key],
  )

  const reload = useCallback(() => setTurn((last) => last + 1), [])
  const refusal = useReachedAgain(known.refusal, reload)
  useEffect(() => {
    stop.current = new AbortController()
    const { current } = stop
    void read(undefined)
    return () => current.abort()
  }, [read, turn])

  return {
    ...(known.key === key ? { ...known, refusal } : nothing(key)),
    readMore: () => {
      if (next !== undefined && !isReading) void read(next)
    },
    reload,
  }
}
