import { useEffect, useState } from 'react'
import { WatchedTerminal } from './watched-terminal.ts'

/** Watches that terminal for as long as the page shows it; undefined until it is begun. */
export function useWatched(terminalId: string): WatchedTerminal | undefined {
  const [watched, setWatched] = useState<WatchedTerminal>()
  useEffect(() => {
    const made = new WatchedTerminal(terminalId)
    const timer = setTimeout(() => setWatched(made))
    return () => {
      clearTimeout(timer)
      made.close()
      setWatched(undefined)
    }
  }, [terminalId])
  return watched
}
