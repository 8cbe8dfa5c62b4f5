/**
 * Our lines in somebody's authorized_keys: a block at the top, so that all else stays byte for byte, also a last line without end.
 * A block is its first line, lines of the shape that only we write, and its last line if that is still there: whatever was done to
 * the file by hand, no line of the user's is taken for ours. Texts are latin1, one character per byte.
 */
export interface HomeFile {
  readonly text: string
}

const begin = '# >>> fleetkey >>> keys that live a minute; the agent takes them out'
const beginNew = `${begin}, and this file, which it made`
const end = '# <<< fleetkey <<<'
const block = new RegExp(
  `^(?:${beginNew}|${begin})\\r?\\n(?:restrict,[^\\n]*expiry-time="\\d{14}Z"[^\\n]*\\n)*(?:${end}\\r?\\n)?`,
  'gm',
)

/** With these lines as its block, or none for ''. Undefined when no file should be left. */
export function withBlock(file: HomeFile | undefined, lines: string): string | undefined {
  const madeByUs = file === undefined || file.text.startsWith(beginNew)
  const rest = file?.text.replace(block, '') ?? ''
  if (lines === '') return madeByUs && rest === '' ? undefined : rest
  return `${madeByUs ? beginNew : begin}\n${lines}${end}\n${rest}`
}
