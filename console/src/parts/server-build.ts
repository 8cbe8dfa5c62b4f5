/** Whether the server has another build than this page is of: its files have other names then. */
export type BuildState = 'same' | 'another' | 'unreachable'

/** The script that a document begins with is named by its content, and by that of all that it leads to. */
const ENTRY = /<script[^>]*\ssrc="(\/assets\/[^"]+)"/

export async function serverBuild(): Promise<BuildState> {
  const own = ENTRY.exec(document.documentElement.outerHTML)?.[1]
  try {
    const answer = await fetch('/', {
      headers: { accept: 'text/html' },
      cache: 'no-store',
      signal: AbortSignal.timeout(10_000),
    })
    if (!answer.ok) return 'unreachable'
    return ENTRY.exec(await answer.text())?.[1] === own ? 'same' : 'another'
  } catch {
    return 'unreachable'
  }
}

const KEY = 'fleetkey.reloaded-at'
/** A page that loads itself again and again would be worse than one that says what is wrong. */
const AT_MOST_EVERY_MS = 10 * 60_000

/** Loads the page again by itself; false when it did so a moment ago, or the browser keeps nothing to know that by. */
export function reloadOnce(now: number = Date.now()): boolean {
  try {
    // The mere look throws where all cookies are blocked.
    const kept = sessionStorage
    const last = Number(kept.getItem(KEY) ?? 0)
    if (now - last < AT_MOST_EVERY_MS) return false
    kept.setItem(KEY, String(now))
  } catch {
    return false
  }
  location.reload()
  return true
}
