import { useEffect } from 'react'
import type { ApiRefusal } from './api-refusal.ts'

const listeners = new Set<() => void>()

/** The control plane was away, for all that is known, and may answer now. */
export function reachedAgain(): void {
  for (const listener of listeners) listener()
}

/** What nobody answered is asked again by itself once the control plane is back: nobody has to look for the button. */
export function useReachedAgain(refusal: ApiRefusal | undefined, reload: () => void): void {
  const isWaiting = refusal !== undefined && isOfNobody(refusal)
  useEffect(() => (isWaiting ? onReachedAgain(reload) : undefined), [isWaiting, reload])
}

function onReachedAgain(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** It was not reached, or the one in front of it says so. */
const isOfNobody = ({ code, status }: ApiRefusal): boolean =>
  code === 'Unreachable' || GATEWAYS.includes(status)

const GATEWAYS: readonly number[] = [502, 503, 504]
