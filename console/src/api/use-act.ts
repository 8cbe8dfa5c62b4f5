import { useCallback, useState } from 'react'
import { asRefusal, type ApiRefusal } from './api-refusal.ts'

/** Something that a person asks for by a press: one at a time, with what went wrong. */
export interface Act<Given> {
  readonly isRunning: boolean
  readonly refusal: ApiRefusal | undefined
  /** Resolves to whether it went well. */
  readonly run: (given: Given) => Promise<boolean>
  readonly forget: () => void
}

/** @param onPartlyDone of several calls some were made before one was refused: what is shown is to be read again */
export function useAct<Given = void>(
  act: (given: Given) => Promise<unknown>,
  onPartlyDone?: () => void,
): Act<Given> {
  const [isRunning, setRunning] = useState(false)
  const [refusal, setRefusal] = useState<ApiRefusal>()
  const run = async (given: Given) => {
    if (isRunning) return false
    setRunning(true)
    setRefusal(undefined)
    try {
      await act(given)
      return true
    } catch (error) {
      const refused = asRefusal(error)
      setRefusal(refused)
      if (refused.doneBefore !== undefined) onPartlyDone?.()
      return false
    } finally {
      setRunning(false)
    }
  }
  return { isRunning, refusal, run, forget: useCallback(() => setRefusal(undefined), []) }
}
