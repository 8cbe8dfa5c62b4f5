import { useCallback, useEffect, useRef, useState } from 'react'
import { asRefusal, type ApiRefusal } from '../../api/api-refusal.ts'
import { call } from '../../api/call.ts'
import { useReachedAgain } from '../../api/reached-again.ts'
import { serverTime } from '../../api/server-time.ts'
import { readEvent, type EventAnswer, type EventView } from '../../events/trail-record.ts'
import { useLive } from '../../live/use-live.ts'
import {
  countQuestion,
  readPlots,
  shifted,
  withEvents,
  type CountAnswer,
  type Plots,
  type SpanName,
} from '../../overview/plots.ts'
import { useNow } from '../../ui/use-now.ts'

export interface KnownPlots {
  readonly plots: Plots | undefined
  readonly refusal: ApiRefusal | undefined
  readonly reload: () => void
}

/**
 * Counted once by the server, and from then on by what is told: nothing is asked again while the page is looked at. Where so much happens that some of it
 * was not told it is counted anew, and what was counted before is shown meanwhile.
 */
export function usePlots(span: SpanName): KnownPlots {
  const [known, setKnown] = useState<Known>({ span })
  const [turn, setTurn] = useState(0)
  const now = useNow()
  /** Told since the question was asked that is under way: the server may have counted before. Undefined while none is. */
  const meanwhile = useRef<readonly EventView[]>(undefined)
  const reload = useCallback(() => setTurn((last) => last + 1), [])
  const refusal = useReachedAgain(known.refusal, reload)

  useEffect(() => {
    const stop = new AbortController()
    const question = countQuestion(span, serverTime() / 1000)
    const answered = (found: Omit<Known, 'span'>) => {
      if (stop.signal.aborted) return
      meanwhile.current = undefined
      setKnown({ span, ...found })
    }
    meanwhile.current = []
    call<CountAnswer>('fleetkey', 'CountEvents', question, stop.signal).then(
      (answer) =>
        answered({ plots: withEvents(readPlots(answer, question), meanwhile.current ?? []) }),
      (error: unknown) => answered({ refusal: asRefusal(error) }),
    )
    return () => stop.abort()
  }, [turn, span])

  useLive('events', (heard) => {
    if (heard.type === 'missed') return reload()
    const events = heard.events.map((told) => readEvent(told as unknown as EventAnswer))
    if (meanwhile.current !== undefined) meanwhile.current = [...meanwhile.current, ...events]
    setKnown((last) =>
      last.plots === undefined ? last : { ...last, plots: withEvents(last.plots, events) },
    )
  })

  const isCurrent = known.span === span
  return {
    // The last moment is now, also when nothing happens.
    plots: isCurrent && known.plots !== undefined ? shifted(known.plots, now / 1000) : undefined,
    refusal: isCurrent ? refusal : undefined,
    reload,
  }
}

interface Known {
  readonly span: SpanName
  readonly plots?: Plots
  readonly refusal?: ApiRefusal
}
