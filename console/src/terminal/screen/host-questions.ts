import type { IFunctionIdentifier, Terminal } from '@xterm/xterm'

/** What xterm answers by itself: device attributes, status and cursor, modes (ECMA-48 §8.3.24, §8.3.35; DECRQM), and focus, which it tells when it is asked for. */
const QUESTIONS: readonly IFunctionIdentifier[] = [
  { final: 'c' },
  { prefix: '>', final: 'c' },
  { final: 'n' },
  { prefix: '?', final: 'n' },
  { intermediates: '$', final: 'p' },
  { prefix: '?', intermediates: '$', final: 'p' },
  { prefix: '?', final: 'h' },
  { final: 't' },
]
/** Colours: of the palette, of text, ground and cursor. */
const COLOURS = [4, 10, 11, 12]

/**
 * Tells answers to the host from what somebody typed, which both come as data of the terminal: an answer comes while the question is read.
 * @returns whether what comes now is an answer
 */
export function followQuestions(terminal: Terminal): () => boolean {
  let isAsked = false
  const ask = () => {
    isAsked = true
    // Nobody types within the turn that reads the host's bytes.
    queueMicrotask(() => (isAsked = false))
    // Its own handler comes next, and answers.
    return false
  }
  for (const question of QUESTIONS) terminal.parser.registerCsiHandler(question, ask)
  for (const colour of COLOURS) terminal.parser.registerOscHandler(colour, ask)
  terminal.parser.registerDcsHandler({ intermediates: '$', final: 'q' }, ask)
  return () => isAsked
}
