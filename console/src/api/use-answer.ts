import { useCallback, useEffect, useState } from 'react'
import { useReadState } from '../ui/use-read-state.ts'
import { asRefusal, type ApiRefusal } from './api-refusal.ts'
import { useReachedAgain } from './reached-again.ts'

/** What a page knows of something that it asked for. What was there stays while it is asked again. */
export interface Asked<Value> {
  readonly value: Value | undefined
  readonly refusal: ApiRefusal | undefined
  readonly isLoading: boolean
  /** Asks again. */
  readonly reload: () => void
}

/**
 * Asks when the page is shown and whenever `key` changes; what is still under way then is cancelled.
 * @param key names what is asked, e.g. the id of an instance
 */
export function useAnswer<Value>(
  key: string,
  ask: (signal: AbortSignal) => Promise<Value>,
): Asked<Value> {
  const [known, setKnown] = useReadState<Known<Value>>({ key, isLoading: true })
  const [turn, setTurn] = useState(0)
  const reload = useCallback(() => setTurn((last) => last + 1), [])

  useEffect(() => {
    const stop = new AbortController()
    setKnown((last) => ({ key, ...(last.key === key && { value: last.value }), isLoading: true }))
    ask(stop.signal).then(
      (value) => {
        if (!stop.signal.aborted) setKnown({ key, value })
      },
      (error: unknown) => {
        if (!stop.signal.aborted)
          setKnown((last) => ({ ...last, refusal: asRefusal(error), isLoading: false }))
      },
    )
    return () => stop.abort()
    // What is asked is named by the key: `ask` is another function at every rendering.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key, turn])

  const isCurrent = known.key === key
  const refusal = useReachedAgain(known.refusal, reload)
  return {
    value: isCurrent ? known.value : undefined,
    refusal: isCurrent ? refusal : undefined,
    isLoading: !isCurrent || known.isLoading === true,
    reload,
  }
}

interface Known<Value> {
  readonly key: string
  readonly value?: Value | undefined
  readonly refusal?: ApiRefusal
  readonly isLoading?: boolean
}
