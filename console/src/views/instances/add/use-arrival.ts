import { useCallback, useEffect, useRef, useState } from 'react'
import { asRefusal, type ApiRefusal } from '../../../api/api-refusal.ts'
import { useLive } from '../../../live/use-live.ts'
import { isOver, lookForArrival, type Arrival } from './arrival.ts'

/** How often it is looked while nobody tells: each look is on record, so only while this page waits and is seen. */
const EVERY_MS = 3000

export interface Waited {
  readonly arrival: Arrival
  /** Why it could not be looked the last time. */
  readonly refusal: ApiRefusal | undefined
  readonly look: () => void
}

/** Looks for the host of a token until it is here: when the live feed tells of an instance, and now and then where there is none. */
export function useArrival(joinTokenId: string): Waited {
  const [arrival, setArrival] = useState<Arrival>({ kind: 'waited-for' })
  const [refusal, setRefusal] = useState<ApiRefusal>()
  const looking = useRef<AbortController>(undefined)
  const isDone = isOver(arrival)

  const look = useCallback(() => {
    looking.current?.abort()
    const stop = new AbortController()
    looking.current = stop
    lookForArrival(joinTokenId, stop.signal).then(
      (found) => {
        if (stop.signal.aborted) return
        setRefusal(undefined)
        setArrival(found)
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setRefusal(asRefusal(error))
      },
    )
  }, [joinTokenId])

  const live = useLive('instances', () => {
    if (!isDone) look()
  })

  useEffect(() => {
    look()
    return () => looking.current?.abort()
  }, [look])

  const mustAsk = live.kind !== 'live' && !isDone
  useEffect(() => {
    if (!mustAsk) return undefined
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') look()
    }, EVERY_MS)
    return () => clearInterval(timer)
  }, [mustAsk, look])

  return { arrival, refusal, look }
}
