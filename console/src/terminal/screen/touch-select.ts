import type { Terminal } from '@xterm/xterm'

/** How long a finger rests before it selects, as on phones. */
const REST_MS = 500
/** A finger that rests moves so far all the same; in pixels. */
const TREMBLE = 10

/** A stretch of the buffer, in cells from its first on. */
interface Stretch {
  readonly from: number
  readonly to: number
}

/** Has a finger that rests on a word select it, and what lies between if it is drawn on from there. xterm selects with a mouse alone. */
export function selectByTouch(terminal: Terminal, element: HTMLElement): void {
  let resting: ReturnType<typeof setTimeout> | undefined
  let began: Touch | undefined
  /** What the finger rested on. */
  let word: Stretch | undefined
  const begin = ({ touches }: TouchEvent) => {
    clearTimeout(resting)
    began = touches.length === 1 ? touches[0] : undefined
    word = undefined
    if (began === undefined) return
    const at = cellAt(began)
    resting = setTimeout(() => {
      word = wordAt(terminal, at)
      if (word !== undefined) select(word)
    }, REST_MS)
  }
  const move = (event: TouchEvent) => {
    const [finger] = event.touches
    if (finger === undefined || began === undefined) return
    if (word === undefined) {
      const { clientX, clientY } = began
      const way = Math.hypot(finger.clientX - clientX, finger.clientY - clientY)
      if (way > TREMBLE) clearTimeout(resting)
      return
    }
    event.preventDefault()
    event.stopImmediatePropagation()
    const at = cellAt(finger)
    select({ from: Math.min(word.from, at), to: Math.max(word.to, at + 1) })
  }
  const end = (event: TouchEvent) => {
    clearTimeout(resting)
    // The press of a mouse that follows a touch would select nothing again.
    if (word !== undefined) event.preventDefault()
    word = undefined
  }
  const select = ({ from, to }: Stretch) =>
    terminal.select(from % terminal.cols, Math.floor(from / terminal.cols), to - from)
  const cellAt = ({ clientX, clientY }: Touch) => {
    const { cols, rows, buffer } = terminal
    const screen = (element.querySelector('.xterm-screen') ?? element).getBoundingClientRect()
    const column = within(((clientX - screen.left) / screen.width) * cols, cols)
    const row = within(((clientY - screen.top) / screen.height) * rows, rows)
    return (buffer.active.viewportY + row) * cols + column
  }
  element.addEventListener('touchstart', begin, { passive: true })
  element.addEventListener('touchmove', move, { passive: false })
  element.addEventListener('touchend', end, { passive: false })
  element.addEventListener('touchcancel', end, { passive: false })
}

/** Whole, from 0 on and less than `count`. */
const within = (at: number, count: number): number =>
  Math.min(count - 1, Math.max(0, Math.floor(at)))

/** What stands between blanks in the row of that cell; undefined where that is one. */
function wordAt({ buffer, cols }: Terminal, at: number): Stretch | undefined {
  const column = at % cols
  const start = at - column
  const line = buffer.active.getLine(start / cols)
  const isBlank = (each: number) => {
    const cell = line?.getCell(each)
    // The second cell of what is two wide has no text of its own.
    return cell === undefined || (cell.getWidth() > 0 && cell.getChars().trim() === '')
  }
  if (isBlank(column)) return undefined
  let [from, to] = [column, column + 1]
  while (from > 0 && !isBlank(from - 1)) from--
  while (to < cols && !isBlank(to)) to++
  return { from: start + from, to: start + to }
}
