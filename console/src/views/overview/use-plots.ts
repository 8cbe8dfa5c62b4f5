import { useCallback, useEffect, useState } from 'react'
import { asRefusal, type ApiRefusal } from '../../api/api-refusal.ts'
import { call } from '../../api/call.ts'
import { useReachedAgain } from '../../api/reached-again.ts'
import { serverTime } from '../../api/server-time.ts'
import { readEvent, type EventAnswer } from '../../events/trail-record.ts'
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

/** Counted once by the server, and from then on by what is told: nothing is asked again while the page is looked at. */
export function usePlots(span: SpanName): KnownPlots {
  const [known, setKnown] = useState<Known>({ asked: '' })
  const [turn, setTurn] = useState(0)
  const now = useNow()
  const asked = `${span} ${turn}`
  const reload = useCallback(() => setTurn((last) => last + 1), [])
  const refusal = useReachedAgain(known.refusal, reload)

  useEffect(() => {
    const stop = new AbortController()
    const question = countQuestion(span, serverTime() / 1000)
    call<CountAnswer>('fleetkey', 'CountEvents', question, stop.signal).then(
      (answer) => {
        if (!stop.signal.aborted) setKnown({ asked, plots: readPlots(answer, question) })
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setKnown({ asked, refusal: asRefusal(error) })
      },
    )
    return () => stop.abort()
  }, [asked, span])

  useLive('events', (heard) => {
    if (heard.type === 'missed') return reload()
    const events = heard.events.map((told) => readEvent(told as unknown as EventAnswer))
    setKnown((last) =>
      last.plots === undefined ? last : { ...last, plots: withEvents(last.plots, events) },
    )
  })

  const isCurrent = known.asked === asked
  return {
    // The last moment is now, also when nothing happens.
    plots: isCurrent && known.plots !== undefined ? shifted(known.plots, now / 1000) : undefined,
    refusal: isCurrent ? refusal : undefined,
    reload,
  }
}

interface Known {
  readonly asked: string
  readonly plots?: Plots
  readonly refusal?: ApiRefusal
}
