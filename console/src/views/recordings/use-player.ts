import { useEffect, useState, useSyncExternalStore } from 'react'
import type { PlaybackState } from '../../recordings/playing/playback.ts'
import { PlayerScreen } from './player-screen.ts'

/** A pause of the browser (another tab in front) is no pause of the recording that is made up at once. */
const LONGEST_PICTURE_MS = 250

/** A player of this recording, for as long as the page shows it; undefined until it is made. */
export function usePlayer(recordingId: string, from: number): PlayerScreen | undefined {
  const [player, setPlayer] = useState<PlayerScreen>()
  useEffect(() => {
    const made = new PlayerScreen(recordingId)
    setPlayer(made)
    void made.playback.seek(from)
    let last = performance.now()
    let frame = 0
    const draw = (now: number) => {
      void made.playback.passed(Math.min(LONGEST_PICTURE_MS, now - last))
      last = now
      frame = requestAnimationFrame(draw)
    }
    frame = requestAnimationFrame(draw)
    return () => {
      cancelAnimationFrame(frame)
      made.dispose()
      setPlayer(undefined)
    }
    // Where it began is asked once.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [recordingId])
  return player
}

export function usePlayback({ playback }: PlayerScreen): PlaybackState {
  return useSyncExternalStore(
    (listener) => playback.onChange(listener),
    () => playback.state,
  )
}
