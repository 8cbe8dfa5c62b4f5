import type { Screen } from '../screen.ts'

const EVERY_MS = 2000

/** Says now and then how far a long check is, to a person who waits. */
export function tellProgress(screen: Screen): (records: number) => void {
  let next = screen.now() + EVERY_MS
  return (records) => {
    if (!screen.interactive || screen.now() < next) return
    next = screen.now() + EVERY_MS
    screen.err(`${screen.paintErr.faint(`${records} records …`)}\n`)
  }
}
