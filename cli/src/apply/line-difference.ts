/** A line of two texts put together. */
export interface Line {
  readonly sign: ' ' | '+' | '-'
  readonly text: string
}

/** Above it both texts are shown whole: the table below grows with the product of their lengths. */
const MAX_LINES = 1500

/** What was taken out and put in, line by line, in the shortest way (longest common subsequence). */
export function lineDifference(before: string, after: string): readonly Line[] {
  const [old, wanted] = [before.split('\n'), after.split('\n')]
  if (old.length > MAX_LINES || wanted.length > MAX_LINES) {
    return [...old.map(signed('-')), ...wanted.map(signed('+'))]
  }
  // common[i][j]: how many lines the rests from i and j share.
  const common = Array.from({ length: old.length + 1 }, () => new Uint16Array(wanted.length + 1))
  const at = (i: number, j: number) => common[i]?.[j] ?? 0
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = common[i]
    for (let j = wanted.length - 1; row !== undefined && j >= 0; j -= 1) {
      row[j] = old[i] === wanted[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const lines: Line[] = []
  for (let [i, j] = [0, 0]; i < old.length || j < wanted.length;) {
    const [left = '', right = ''] = [old[i], wanted[j]]
    if (i < old.length && j < wanted.length && left === right) {
      lines.push({ sign: ' ', text: left })
      i += 1
      j += 1
    } else if (j >= wanted.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', text: left })
      i += 1
    } else {
      lines.push({ sign: '+', text: right })
      j += 1
    }
  }
  return lines
}

const signed =
  (sign: Line['sign']) =>
  (text: string): Line => ({ sign, text })
