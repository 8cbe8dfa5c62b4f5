import { useSyncExternalStore } from 'react'
import { onServerTime, serverTime } from '../api/server-time.ts'

/** How often what is told as "2 minutes ago" is told anew. */
const EVERY_MS = 10_000

const listeners = new Set<() => void>()
let now = serverTime()
let ticking: ReturnType<typeof setInterval> | undefined

/** The time of the control plane, in milliseconds since 1970, as of a few seconds ago: one clock for all that tells ages. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}

function subscribe(listener: () => void): () => void {
  if (ticking === undefined) {
    now = serverTime()
    ticking = setInterval(tick, EVERY_MS)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(ticking)
    ticking = undefined
  }
}

function tick(): void {
  now = serverTime()
  for (const listener of listeners) listener()
}

// Another clock is told at once: by the wrong one sessions would be over.
onServerTime(tick)
