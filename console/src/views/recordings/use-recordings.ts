import { useCallback, useEffect, useState } from 'react'
import { asRefusal, type ApiRefusal } from '../../api/api-refusal.ts'
import { listRecordings, type ListedRecording } from '../../recordings/recording.ts'
import { askedOf, type RecordingQuery } from '../../recordings/recording-query.ts'

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
  const [known, setKnown] = useState(() => nothing(key))
  const [turn, setTurn] = useState(0)
  const { next, isReading } = known.key === key ? known : nothing(key)

  const read = useCallback(
    async (from: string | undefined, signal: AbortSignal) => {
      setKnown((before) => ({ ...(before.key === key ? before : nothing(key)), isReading: true }))
      try {
        const page = await listRecordings(
          {
            ...askedOf(query, Date.now()),
            MaxResults: PAGE,
            ...(from !== undefined && { NextToken: from }),
          },
          signal,
        )
        setKnown((before) => ({
          key,
          recordings:
            from === undefined ? page.Recordings : [...before.recordings, ...page.Recordings],
          next: page.NextToken,
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

  useEffect(() => {
    const stop = new AbortController()
    void read(undefined, stop.signal)
    return () => stop.abort()
  }, [read, turn])

  return {
    ...(known.key === key ? known : nothing(key)),
    readMore: () => {
      if (next !== undefined && !isReading) void read(next, new AbortController().signal)
    },
    reload: useCallback(() => setTurn((last) => last + 1), []),
  }
}
