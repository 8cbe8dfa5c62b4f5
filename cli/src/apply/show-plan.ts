import type { Description } from '@fleetkey/iam/apply/describe-step'
import type { PlannedStep } from '@fleetkey/iam/apply/planned-step'
import { lineDifference } from '@fleetkey/iam/line-difference'
import { printable, printableJson, type Paint } from '../output.ts'
import type { OutputFormat, Screen } from '../screen.ts'

export function showPlan(screen: Screen, format: OutputFormat, plan: readonly PlannedStep[]): void {
  if (format === 'json') {
    const steps = plan.map(({ step, description, findings }) => ({
      kind: step.kind,
      change: description.text,
      before: description.document?.before?.text,
      after: description.document?.after.text,
      findings,
    }))
    return screen.out(`${printableJson(steps)}\n`)
  }
  for (const { description, findings } of plan) {
    screen.out(`${lineOf(description, screen.paintOut)}\n`)
    for (const line of documentLines(description)) {
      screen.out(`    ${painted(line, screen.paintOut)}\n`)
    }
    for (const { level, what, why } of findings) {
      const said = level === 'error' ? screen.paintOut.bad(level) : level
      screen.out(`    ${said}: ${printable(`${what} ${why}`)}\n`)
    }
  }
}

function lineOf({ sign, text }: Description, paint: Paint): string {
  const line = `${sign} ${printable(text)}`
  if (sign === '+') return paint.good(line)
  return sign === '-' ? paint.bad(line) : line
}

interface Line {
  readonly sign: ' ' | '+' | '-'
  readonly text: string
}

const SIGNS = { same: ' ', added: '+', removed: '-' } as const

/** Unchanged lines beside a change that are shown with it. */
const CONTEXT = 3

function documentLines({ document }: Description): readonly Line[] {
  if (document === undefined) return []
  const { before, after } = document
  const lines = lineDifference(
    before === undefined ? '' : indented(before.text),
    indented(after.text),
  ).map(({ kind, text }): Line => ({ sign: SIGNS[kind], text }))
  const shown = before === undefined ? lines.filter(({ sign }) => sign === '+') : lines
  const isNear = (index: number) =>
    shown.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ sign }) => sign !== ' ')
  return shown.flatMap((line, index) => {
    if (isNear(index)) return [line]
    return index > 0 && isNear(index - 1) ? [{ sign: ' ', text: '…' } as const] : []
  })
}

const indented = (text: string): string => JSON.stringify(JSON.parse(text), null, 2)

function painted({ sign, text }: Line, paint: Paint): string {
  const line = `${sign} ${printable(text)}`
  switch (sign) {
    case '+':
      return paint.good(line)
    case '-':
      return paint.bad(line)
    case ' ':
      return paint.faint(line)
  }
}
