import { call } from '../../api/call.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { useLive } from '../../live/use-live.ts'
import { useReadState } from '../../ui/use-read-state.ts'
import { withTerminals, type OpenTerminal } from './open-terminal.ts'

interface Answer {
  readonly Terminals: readonly OpenTerminal[]
}

/** Asked for once, and from then on as it is told: a reading for each of them that begins or ends would fill the trail. */
export function useOpenTerminals() {
  const { value, refusal, isLoading, reload } = useAnswer('open terminals', (signal) =>
    call<Answer>('fleetkey', 'ListTerminals', {}, signal),
  )
  /** With what was told since that answer. */
  const [told, setTold] = useReadState<
    { readonly since: Answer; readonly open: Answer['Terminals'] } | undefined
  >(undefined)
  useLive('terminals', (heard) => {
    if (heard.type === 'missed' || value === undefined) return reload()
    setTold((last) => ({
      since: value,
      open: withTerminals(last?.since === value ? last.open : value.Terminals, {
        changed: heard.changed as unknown as readonly OpenTerminal[],
        gone: heard.gone,
      }),
    }))
  })
  return {
    terminals: told !== undefined && told.since === value ? told.open : value?.Terminals,
    refusal,
    isLoading,
    reload,
  }
}
