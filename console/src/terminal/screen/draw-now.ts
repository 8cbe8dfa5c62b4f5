import type { Terminal } from '@xterm/xterm'

/** What xterm.js (6.0.0) has and does not show. Where a later one has it no more, drawing waits for the frame as it always did. */
interface Inside {
  readonly _core?: {
    readonly _renderService?: {
      readonly _renderDebouncer?: {
        /** Of the frame that it waits for; undefined while there is nothing to draw. */
        readonly _animationFrame?: number
        _innerRefresh?(): void
      }
    }
  }
}

/**
 * Draws what was written, instead of in the next frame: that may be 16 ms away, and is made of the page as it is by then. For the echo of a key;
 * a flood that was drawn so would be drawn far too often.
 */
export function drawNow(terminal: Terminal): void {
  const drawing = (terminal as Inside)._core?._renderService?._renderDebouncer
  if (drawing?._animationFrame === undefined || drawing._innerRefresh === undefined) return
  cancelAnimationFrame(drawing._animationFrame)
  drawing._innerRefresh()
}
