import { castHeaderLine, castLine, type CastEvent } from '@fleetkey/domain/asciicast'
import type { Terminal } from '@xterm/xterm'
import { RecordingPages, type ReadPage } from './recording-pages.ts'
import { XtermPlayedScreen } from './xterm-played-screen.ts'

// For Node it is CommonJS, which its types do not say.
const imported = await import('@xterm/xterm')
const xterm = 'default' in imported ? (imported.default as typeof imported) : imported

/** For tests: the real xterm.js, which needs no page as long as nothing is drawn. */
export function givenScreen(cols = 80, rows = 24) {
  const terminal = new xterm.Terminal({ cols, rows, scrollback: 0, allowProposedApi: true })
  return { terminal, screen: new XtermPlayedScreen(terminal) }
}

/** All that is seen: each cell with its colours, the cursor, and the modes that what follows depends on. */
export function seen({ terminal }: { readonly terminal: Terminal }) {
  const { active } = terminal.buffer
  const cells: string[] = []
  for (let row = 0; row < terminal.rows; row++) {
    const line = active.getLine(active.baseY + row)
    for (let column = 0; column < terminal.cols; column++) {
      const cell = line?.getCell(column)
      if (cell === undefined) continue
      const chars = cell.getChars()
      const style = [
        cell.getFgColorMode(),
        cell.getFgColor(),
        cell.getBgColorMode(),
        cell.getBgColor(),
        cell.isBold(),
        cell.isItalic(),
        cell.isUnderline(),
        cell.isInverse(),
      ].join()
      cells.push(`${chars === '' ? ' ' : chars}|${style}`)
    }
  }
  const { cursorX, cursorY, type } = active
  return { cells, cursorX, cursorY, type, size: [terminal.cols, terminal.rows] }
}

/** For tests: a recording that is read from memory, with what was asked for. */
export function givenRecording(events: readonly CastEvent[], pageBytes = 4096) {
  const lines = [castHeaderLine({ width: 80, height: 24 }), ...events.map(castLine)]
  const asked: number[] = []
  const state = {
    of: 'finished',
    failing: undefined as Error | undefined,
    /** Nothing is answered before it. */
    held: undefined as Promise<void> | undefined,
    lines,
  }
  const encoder = new TextEncoder()
  const read = async ({ Offset }: { readonly Offset: number }) => {
    await state.held
    if (state.failing !== undefined) throw state.failing
    asked.push(Offset)
    let at = 0
    let Data = ''
    let length = 0
    for (const line of state.lines) {
      const size = encoder.encode(line).length
      if (at >= Offset && length < pageBytes) {
        Data += line
        length += size
      }
      at += size
    }
    const last = events.at(-1)?.at ?? 0
    const NextOffset = Offset + length
    return {
      Data,
      NextOffset,
      Bytes: at,
      Seconds: last,
      State: state.of,
      ViewToken: 't',
    } satisfies ReadPage
  }
  const clock = { ms: 0 }
  return { pages: new RecordingPages(read, () => clock.ms), asked, state, clock }
}
