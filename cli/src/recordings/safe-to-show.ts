import {
  EscapeSequences,
  type ControlSequence,
  type TerminalToken,
} from '@fleetkey/domain/escape-sequences'

/**
 * What a host sent to a terminal, made fit to be shown on that of whoever plays it: only what draws is let through. Nothing that writes the
 * clipboard (OSC 52), sets titles, links or colours of the terminal (OSC), asks the terminal something whose answer would be typed (DA, DSR,
 * ENQ, XTVERSION, DECRQSS …), moves or resizes windows, or turns on mouse, focus and paste reports. What is not known to draw only is left
 * out.
 */
export function createSafeOutput(): (piece: string) => string {
  const sequences = new EscapeSequences()
  return (piece) => {
    let safe = ''
    for (const token of sequences.read(piece)) safe += shown(token)
    return safe
  }
}

/** What playing may have left behind: the other screen, attributes, margins, character sets, a hidden cursor; which goes below all that was drawn. */
export const BACK_TO_NORMAL =
  '\u001b[?1049l\u001b[!p\u001b[0m\u001b[r\u001b(B\u000f\u001b[?25h\u001b[?7h\u001b[999;1H'

/** Backspace, tab, line feed and its like, carriage return, the two character sets. Not ENQ, which is answered; not BEL. */
const CONTROLS = new Set(['\b', '\t', '\n', '\v', '\f', '\r', '\u000e', '\u000f'])
/** Save and restore the cursor, index, next line, tab stop, reverse index, full reset; character sets; alignment. */
const ESCAPES = /^(?:[78DEHMc]|[()*+][0AB]|#[3-68])$/
/** Moves, erases, inserts, deletes, scrolls, colours, margins, tab stops, repeat. */
const DRAWING = new Set('@ABCDEFGHIJKLMPSTXZ`abdefgmrsu')
/** Wrapping, origin, reverse video, the cursor's blinking and showing, the other screen with and without the cursor, grapheme clusters. */
const DEC_MODES = new Set(['5', '6', '7', '12', '25', '47', '1047', '1048', '1049', '2027'])
/** Insert; line feed with carriage return. */
const ANSI_MODES = new Set(['4', '20'])

function shown(token: TerminalToken): string {
  switch (token.kind) {
    case 'text':
      return token.text
    case 'control':
      return CONTROLS.has(token.text) ? token.text : ''
    case 'escape':
      return ESCAPES.test(token.name) ? `\u001b${token.name}` : ''
    case 'csi':
      return isDrawing(token.csi) ? spelled(token.csi) : ''
    case 'string':
      return ''
  }
}

function isDrawing({ prefix, parameters, intermediates, final }: ControlSequence): boolean {
  if (final === 'h' || final === 'l') {
    const modes = prefix === '?' ? DEC_MODES : prefix === '' ? ANSI_MODES : new Set<string>()
    return intermediates === '' && parameters.split(';').every((mode) => modes.has(mode))
  }
  // Soft reset; the cursor's shape.
  if (intermediates === '!') return final === 'p'
  if (intermediates === ' ') return final === 'q' && prefix === ''
  if (intermediates !== '') return false
  // Selective erase has the prefix of its own; CSI T with many numbers would be a mouse's.
  if (prefix === '?') return final === 'J' || final === 'K'
  if (final === 'T') return !parameters.includes(';')
  return prefix === '' && DRAWING.has(final)
}

const spelled = ({ prefix, parameters, intermediates, final }: ControlSequence) =>
  `\u001b[${prefix}${parameters}${intermediates}${final}`
