/** A line of a comparison, with its number on the side or sides where it stands, from 1. */
export type DiffLine =
  | {
      readonly kind: 'same'
      readonly text: string
      readonly before: number
      readonly after: number
    }
  | { readonly kind: 'removed'; readonly text: string; readonly before: number }
  | { readonly kind: 'added'; readonly text: string; readonly after: number }

/** A policy has some hundred lines. Above it both texts are whole: the table grows with the product of their lengths. */
const MOST_LINES = 2000

/** What was taken out of a text and put in, line by line, in the shortest way; of what is replaced the old lines come first. */
export function lineDifference(before: string, after: string): readonly DiffLine[] {
  const [old, now] = [before.split('\n'), after.split('\n')]
  if (old.length > MOST_LINES || now.length > MOST_LINES)
    return [...all('removed', old), ...all('added', now)]
  const common = commonLengths(old, now)
  const width = now.length + 1
  const lines: DiffLine[] = []
  let [at, to] = [0, 0]
  while (at < old.length || to < now.length) {
    const [left, right] = [old[at], now[to]]
    if (left !== undefined && left === right) {
      lines.push({ kind: 'same', text: left, before: (at += 1), after: (to += 1) })
    } else if (
      left !== undefined &&
      (right === undefined ||
        (common[(at + 1) * width + to] ?? 0) >= (common[at * width + to + 1] ?? 0))
    ) {
      lines.push({ kind: 'removed', text: left, before: (at += 1) })
    } else {
      lines.push({ kind: 'added', text: right ?? '', after: (to += 1) })
    }
  }
  return lines
}

/** How many lines two rests have in common, by where they begin: the table of the longest common subsequence. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint16Array {
  const width = now.length + 1
  const table = new Uint16Array((old.length + 1) * width)
  for (let at = old.length - 1; at >= 0; at -= 1) {
    for (let to = now.length - 1; to >= 0; to -= 1) {
      table[at * width + to] =
        old[at] === now[to]
          ? (table[(at + 1) * width + to + 1] ?? 0) + 1
          : Math.max(table[(at + 1) * width + to] ?? 0, table[at * width + to + 1] ?? 0)
    }
  }
  return table
}

function all(kind: 'removed' | 'added', lines: readonly string[]): readonly DiffLine[] {
  return lines.map((text, index) =>
    kind === 'removed' ? { kind, text, before: index + 1 } : { kind, text, after: index + 1 },
  )
}
