import { useEffect, useMemo } from 'react'
import { ApiRefusal } from './api-refusal.ts'
import { isForLater } from './patiently.ts'

/** Each has been asked for some seconds by then: what asks for patience gets it. */
const AGAIN_MS = 10_000

const listeners = new Set<() => void>()

/** The control plane was away, for all that is known, and may answer now. */
export function reachedAgain(): void {
  for (const listener of listeners) listener()
}

/**
 * What nobody answered is asked again by itself once the control plane is back, what was put off after a while: nobody has to look for the button.
 * @returns the refusal to show, which says so
 */
export function useReachedAgain(
  refusal: ApiRefusal | undefined,
  reload: () => void,
): ApiRefusal | undefined {
  useEffect(
    () => (refusal === undefined ? undefined : onMoment(refusal, reload)),
    [refusal, reload],
  )
  return useMemo(() => sayingSo(refusal), [refusal])
}

/** Calls once it may be another answer, if only the moment is to blame; until the function is called that it returns. */
function onMoment(refusal: ApiRefusal, reload: () => void): (() => void) | undefined {
  // The live feed finds out when.
  if (refusal.code === 'Unreachable') return onReachedAgain(reload)
  if (!isMomentary(refusal)) return undefined
  const timer = setTimeout(reload, AGAIN_MS)
  return () => clearTimeout(timer)
}

function onReachedAgain(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** The same, with what the page does about it. */
export function sayingSo(refusal: ApiRefusal | undefined): ApiRefusal | undefined {
  if (refusal === undefined || !isMomentary(refusal)) return refusal
  const message = `${refusal.message} This page asks again by itself.`
  const { code, status, explanation, members, requestId } = refusal
  return new ApiRefusal({ code, status, explanation, members, requestId, message })
}

/** It was not reached, or the one in front of it says so; or it asks for patience. */
const isMomentary = (refusal: ApiRefusal): boolean =>
  refusal.code === 'Unreachable' || GATEWAYS.includes(refusal.status) || isForLater(refusal)

const GATEWAYS: readonly number[] = [502, 503, 504]
