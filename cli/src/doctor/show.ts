import type { Finding } from '@fleetkey/domain/finding'
import { isFixName } from '@fleetkey/domain/fix'
import type { Verdict } from '@fleetkey/domain/verdict'
import { Failure } from '../failure.ts'
import { printable, type Paint } from '../output.ts'
import type { Screen } from '../screen.ts'
import { wrap } from '../wrap.ts'

/** A line for each finding, and what to do about those that are not good. Wrapped for a terminal, whole for grep; commands stay whole. */
export function showFindings(screen: Screen, findings: readonly Finding[]): void {
  const width = Math.max(...findings.map(({ check }) => check.length), 0)
  const indent = ' '.repeat(width + 4)
  const terminal = screen.width?.()
  const columns =
    terminal === undefined ? Infinity : Math.max(20, Math.min(terminal, 120) - indent.length)
  const wrapped = (text: string) => wrap(printable(text), columns)
  for (const { check, state, says, mend } of findings) {
    const told = wrapped(says).join(`\n${indent}`)
    screen.out(`${mark(state, screen.paintOut)} ${check.padEnd(width)}  ${told}\n`)
    if (mend === undefined || state === 'good') continue
    for (const line of wrapped(mend.says)) screen.out(`${indent}${screen.paintOut.faint(line)}\n`)
    for (const line of mend.commands ?? []) screen.out(`${indent}  ${printable(line)}\n`)
  }
}

function mark(state: Finding['state'], paint: Paint): string {
  switch (state) {
    case 'good':
      return paint.good('✓')
    case 'note':
      return '·'
    case 'bad':
      return paint.bad('✗')
    case 'unknown':
      return '?'
  }
}

/**
 * The last word: nothing wrong, or the cause and what to do.
 * @throws Failure `foundBad`, `foundUnknown`
 */
export function concludeWith(
  screen: Screen,
  verdict: Verdict,
  { instance, quiet }: { readonly instance: string; readonly quiet: boolean },
): void {
  const { cause, others } = verdict
  switch (verdict.state) {
    case 'good':
      if (!quiet) screen.out(`\n${screen.paintOut.good('well:')} ${printable(verdict.says)}\n`)
      return
    case 'unknown':
      throw new Failure('foundUnknown', verdict.says)
    case 'bad':
      throw new Failure('foundBad', verdict.says, {
        why: [
          ...(cause === undefined ? [] : [`the check ${cause.check} found it`]),
          ...(others.length === 0
            ? []
            : [`next: ${[...new Set(others.map(({ check }) => check))].join(', ')}`]),
        ],
        todo: todoOf(cause, instance),
      })
  }
}

function todoOf(cause: Finding | undefined, instance: string): readonly string[] {
  const { mend } = cause ?? {}
  if (mend === undefined) return []
  return [
    mend.says,
    ...(mend.commands ?? []),
    ...(isFixName(mend.fix)
      ? [`Or have its agent do it, after showing what: fleetkey doctor ${instance} --fix`]
      : []),
  ]
}
