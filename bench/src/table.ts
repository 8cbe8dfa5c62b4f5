import { isMet, type Figure } from './figure.ts'

/** All figures as one Markdown table, ready for docs/performance.md. */
export function table(asked: ReadonlyMap<string, readonly Figure[]>): string {
  const rows = [...asked].flatMap(([question, figures]) =>
    figures.map((figure) => row([question, ...cells(figure)])),
  )
  const head = ['question', 'figure', 'value', 'min / median / p99 (n)', 'target', 'met']
  return [row(head), row(head.map(() => '---')), ...rows].join('\n')
}

function cells(figure: Figure): string[] {
  const { what, value, unit, spread, target } = figure
  const met = isMet(figure)
  return [
    what,
    `${shown(value)} ${unit}`.trim(),
    spread === undefined
      ? ''
      : `${[spread.min, spread.median, spread.p99].map(shown).join(' / ')} (${spread.n})`,
    target === undefined ? '' : `${target.kind === 'at most' ? '≤' : '≥'} ${target.value}`,
    met === undefined ? '' : met ? 'yes' : 'no',
  ]
}

/** Three digits that mean something. */
function shown(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}

const row = (columns: readonly string[]): string => `| ${columns.join(' | ')} |`
