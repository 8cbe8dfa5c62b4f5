import type { PlayKey } from './play.ts'

const KEYS: Readonly<Record<string, PlayKey>> = {
  ' ': 'pause',
  p: 'pause',
  '\u001b[D': 'back',
  h: 'back',
  '\u001b[C': 'forward',
  l: 'forward',
  ']': 'faster',
  '+': 'faster',
  '[': 'slower',
  '-': 'slower',
  '.': 'step',
  '0': 'start',
  g: 'start',
  q: 'quit',
  '\u0003': 'quit',
}

/** As help and the first line say it. */
export const KEYS_HELP =
  'space pause · ← → ten seconds · [ ] slower, faster · . one step · 0 from the start · q quit'

/** Keys of the terminal on standard input, while it is open. */
export interface Keys {
  within(ms: number): Promise<PlayKey | undefined>
  close(): void
}

/** Takes keys one by one, without showing them. */
export function openKeys(input: NodeJS.ReadStream): Keys {
  const waiting: PlayKey[] = []
  let wake: (() => void) | undefined
  const onData = (data: Buffer) => {
    const text = data.toString()
    // A key of several bytes comes as one piece; several keys typed at once may, too.
    const keys = KEYS[text] === undefined ? Array.from(text) : [text]
    waiting.push(...keys.flatMap((key) => KEYS[key] ?? []))
    wake?.()
  }
  input.setRawMode(true)
  input.on('data', onData)
  input.resume()
  return {
    async within(ms) {
      if (waiting.length === 0) await first(ms, (heard) => (wake = heard))
      return waiting.shift()
    },
    close() {
      input.off('data', onData)
      input.setRawMode(false)
      input.pause()
    },
  }
}

/** Without a terminal nobody presses keys. */
export const noKeys: Keys = {
  async within(ms) {
    await first(ms, () => {})
    return undefined
  },
  close() {},
}

/** A longer wait than a timer takes is no shorter one. */
const LONGEST_MS = 2 ** 31 - 1

function first(ms: number, onHeard: (heard: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(ms, LONGEST_MS))
    onHeard(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
