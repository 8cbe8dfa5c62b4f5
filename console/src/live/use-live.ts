import { LIVE_PATH, LIVE_SUBPROTOCOL, type LiveTopic } from '@fleetkey/wire/live/protocol'
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react'
import { csrfToken, currentSession, onSessionChange } from '../api/console-session.ts'
import { isSignedOut } from '../api/is-signed-out.ts'
import { reachedAgain } from '../api/reached-again.ts'
import { LiveFeed, type Heard, type LiveState } from './live-feed.ts'

const feed = new LiveFeed({
  open({ opened, said, closed }) {
    const url = new URL(LIVE_PATH, location.href)
    url.protocol = url.protocol.replace('http', 'ws')
    const socket = new WebSocket(url, LIVE_SUBPROTOCOL)
    socket.addEventListener('open', opened)
    socket.addEventListener('message', ({ data }) => said(String(data)))
    socket.addEventListener('close', ({ code }) => closed(code))
    return socket
  },
  csrf: csrfToken,
  doubt: () => void look(),
  after(ms, work) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
  random: Math.random,
})

/** For who presses "try again": the feed need not wait either. */
export const tryLiveNow = (): void => feed.tryNow()

addEventListener('online', () => {
  tryLiveNow()
  reachedAgain()
})

// Whoever was signed out here is signed in anew.
onSessionChange(() => {
  if (currentSession() !== undefined) feed.goOn()
})

let wasOpen = true
feed.onState(() => {
  if (feed.isOpen && !wasOpen) reachedAgain()
  wasOpen = feed.isOpen
})

// While a page was not looked at, its timers may have stood still, and its WebSocket may be gone without a word.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && !feed.isOpen) void look()
})

/** Another may have signed in meanwhile, in another tab: then it goes on with their session. */
const AGAIN_MS = 1000

let isLooking = false

/** Has them sign in again when nobody is signed in any more. */
async function look(): Promise<void> {
  if (isLooking || currentSession() === undefined) return
  isLooking = true
  const isOut = await isSignedOut()
  isLooking = false
  if (!isOut) setTimeout(() => feed.goOn(), AGAIN_MS)
}

/** While the console is shown: what ends the session elsewhere ends it here at once, on every page. */
export function useLiveSession(): void {
  useEffect(() => feed.stay(), [])
}

/**
 * Hears what is new of a topic while the page is shown: what is told is as the API's operations answer it, and what the person may see.
 * `missed` says to read again: some of it was not told. All pages share one WebSocket.
 */
export function useLive<Topic extends LiveTopic>(
  topic: Topic,
  hear: (heard: Heard<Topic>) => void,
): LiveState {
  const latest = useRef(hear)
  useEffect(() => {
    latest.current = hear
  })
  useEffect(() => feed.listen(topic, (heard) => latest.current(heard)), [topic])
  const subscribe = useCallback((listener: () => void) => feed.onState(listener), [])
  return useSyncExternalStore(subscribe, () => feed.stateOf(topic))
}
