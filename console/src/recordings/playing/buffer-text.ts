import type { IBuffer, IBufferCell, Terminal } from '@xterm/xterm'

/** What draws the screen of a buffer on an empty one, row by row at its place; where nothing stands nothing is sent. */
export function bufferText(
  buffer: IBuffer,
  { cols, rows }: Pick<Terminal, 'cols' | 'rows'>,
): string {
  let text = ''
  for (let row = 0; row < rows; row++) {
    const cells = cellsOf(buffer, { row, cols })
    const end = cells.findLastIndex((cell) => cell.style !== '' || cell.chars !== ' ')
    if (end === -1) continue
    text += `\u001b[${row + 1};1H\u001b[0m`
    let style = ''
    for (const cell of cells.slice(0, end + 1)) {
      if (cell.style !== style) text += `\u001b[0${cell.style}m`
      ;({ style } = cell)
      text += cell.chars
    }
  }
  return `${text}\u001b[0m`
}

/** What draws one cell: a character of two columns from either. */
export function cellText(buffer: IBuffer, row: number, column: number): string {
  const line = buffer.getLine(buffer.baseY + row)
  const cell = line?.getCell(column)
  const whole = cell?.getWidth() === 0 ? line?.getCell(column - 1) : cell
  const from = whole === cell ? column : column - 1
  if (whole === undefined) return ''
  return `\u001b[${row + 1};${from + 1}H\u001b[0${styleOf(whole)}m${charsOf(whole)}`
}

function cellsOf(
  buffer: IBuffer,
  { row, cols }: { readonly row: number; readonly cols: number },
): readonly { readonly chars: string; readonly style: string }[] {
  const line = buffer.getLine(buffer.baseY + row)
  const cells = []
  for (let column = 0; column < cols; column++) {
    const cell = line?.getCell(column)
    // The second half of a character of two columns comes with the first.
    if (cell !== undefined && cell.getWidth() > 0) {
      cells.push({ chars: charsOf(cell), style: styleOf(cell) })
    }
  }
  return cells
}

const charsOf = (cell: IBufferCell): string => cell.getChars() || ' '

/** Parameters of SGR, each with its semicolon before it. */
function styleOf(cell: IBufferCell): string {
  const flags = [
    [cell.isBold(), 1],
    [cell.isDim(), 2],
    [cell.isItalic(), 3],
    [cell.isUnderline(), 4],
    [cell.isBlink(), 5],
    [cell.isInverse(), 7],
    [cell.isInvisible(), 8],
    [cell.isStrikethrough(), 9],
    [cell.isOverline(), 53],
  ] as const
  const on = flags.flatMap(([isOn, code]) => (isOn ? [`;${code}`] : []))
  return [
    ...on,
    colourText(38, { isRgb: cell.isFgRGB(), isPalette: cell.isFgPalette() }, cell.getFgColor()),
    colourText(48, { isRgb: cell.isBgRGB(), isPalette: cell.isBgPalette() }, cell.getBgColor()),
  ].join('')
}

function colourText(
  code: 38 | 48,
  { isRgb, isPalette }: { readonly isRgb: boolean; readonly isPalette: boolean },
  value: number,
): string {
  if (isRgb) return `;${code};2;${value >> 16};${(value >> 8) & 255};${value & 255}`
  if (!isPalette) return ''
  // The sixteen have codes of their own, so that bold ones may be drawn bright.
  const base = code === 38 ? 30 : 40
  if (value < 8) return `;${base + value}`
  return value < 16 ? `;${base + 52 + value}` : `;${code};5;${value}`
}
