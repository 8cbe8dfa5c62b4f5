import type { Terminal } from '@xterm/xterm'

/** Has a finger that is drawn over a terminal scroll it, or what a program shows that fills the screen. xterm knows the wheel of a mouse alone. */
export function scrollByTouch(terminal: Terminal, element: HTMLElement): void {
  let lastY: number | undefined
  const begin = ({ touches }: TouchEvent) => {
    // Two fingers enlarge the page.
    lastY = touches.length === 1 ? touches[0]?.clientY : undefined
  }
  const move = ({ target, touches: [finger] }: TouchEvent) => {
    if (lastY === undefined || finger === undefined) return
    const { clientX, clientY } = finger
    // What of a line is left over counts with what comes next.
    const lines = Math.trunc((lastY - clientY) / rowHeight())
    if (lines === 0) return
    lastY -= lines * rowHeight()
    if (terminal.buffer.active.type === 'normal' && terminal.modes.mouseTrackingMode === 'none') {
      return terminal.scrollLines(lines)
    }
    // A program's: keys or reports of a mouse, as xterm has them for the wheel.
    const wheel = {
      // One key, or report, comes of each.
      deltaY: Math.sign(lines),
      deltaMode: WheelEvent.DOM_DELTA_LINE,
      clientX,
      clientY,
      bubbles: true,
      cancelable: true,
    }
    for (let left = Math.abs(lines); left > 0; left--) {
      target?.dispatchEvent(new WheelEvent('wheel', wheel))
    }
  }
  const rowHeight = () =>
    Math.max(1, (element.querySelector('.xterm-screen')?.clientHeight ?? 0) / terminal.rows)
  element.addEventListener('touchstart', begin, { passive: true })
  element.addEventListener('touchend', begin, { passive: true })
  element.addEventListener('touchmove', move, { passive: true })
}
