import { useCallback, useEffect, useRef } from 'react'

/**
 * Does it when it is called, and no more often than every so many milliseconds: calls meanwhile are one call at the end of them.
 * @param act stays the same function
 */
export function useNowAndThen(act: () => void, everyMs: number): () => void {
  const state = useRef<{ nextAt: number; timer?: ReturnType<typeof setTimeout> | undefined }>({
    nextAt: 0,
  })
  useEffect(() => {
    const { current } = state
    return () => {
      clearTimeout(current.timer)
      current.timer = undefined
    }
  }, [])
  return useCallback(() => {
    const { current } = state
    current.timer ??= setTimeout(
      () => {
        current.timer = undefined
        current.nextAt = performance.now() + everyMs
        act()
      },
      Math.max(0, current.nextAt - performance.now()),
    )
  }, [act, everyMs])
}
