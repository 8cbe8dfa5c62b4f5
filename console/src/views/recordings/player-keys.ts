import type { Playback } from '../../recordings/playing/playback.ts'

/** As the page says them. */
export const PLAYER_KEYS: readonly (readonly [string, string])[] = [
  ['Space or K', 'play, pause'],
  ['← →', '5 seconds back, forward; with Shift 1 minute'],
  ['Home, End', 'the beginning, the end'],
  ['0 to 9', 'so many tenths of it'],
  ['- +', 'slower, faster'],
  ['.', 'the next thing that was shown'],
  ['/', 'search'],
]

/** Does what a key means. Whether it means something. */
export function pressPlayerKey(
  event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>,
  playback: Playback,
  { seconds, onSearch }: { readonly seconds: number; readonly onSearch: () => void },
): boolean {
  const { key, shiftKey, ctrlKey, altKey, metaKey } = event
  if (ctrlKey || altKey || metaKey) return false
  const step = shiftKey ? 60 : 5
  if (/^\d$/.test(key)) void playback.seek((Number(key) / 10) * seconds)
  else if (key === ' ' || key === 'k') playback.toggle()
  else if (key === 'ArrowLeft') void playback.seekBy(-step)
  else if (key === 'ArrowRight') void playback.seekBy(step)
  else if (key === 'Home') void playback.seek(0)
  else if (key === 'End') void playback.seek(seconds)
  else if (key === '-') playback.faster(-1)
  else if (key === '+' || key === '=') playback.faster(1)
  else if (key === '.') void playback.step()
  else if (key === '/') onSearch()
  else return false
  return true
}
