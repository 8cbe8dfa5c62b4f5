import { EXIT_CODES, type Cause } from './exit-codes.ts'
import { printable, type Paint } from './output.ts'

/**
 * An expected end of a command that is not success. The message says what happened; `why` and `todo` say the cause and what to do
 * next. Text from outside may stand in all three: it is made printable when it is shown.
 */
export class Failure extends Error {
  readonly why: readonly string[]
  readonly todo: readonly string[]
  readonly exitCode: number
  /** A policy said no. */
  readonly isDenial: boolean

  constructor(
    cause: Cause,
    message: string,
    more: { readonly why?: readonly string[]; readonly todo?: readonly string[] } = {},
  ) {
    super(message)
    this.name = 'Failure'
    this.exitCode = EXIT_CODES[cause]
    this.isDenial = cause === 'accessDenied'
    this.why = more.why ?? []
    this.todo = more.todo ?? []
  }
}

/** The failure as lines for stderr. */
export function failureText(failure: Failure, paint: Paint): string {
  const lines = [`${paint.bad('fleetkey:')} ${printable(failure.message)}`]
  for (const why of failure.why) lines.push(`  ${paint.faint('because')} ${printable(why)}`)
  for (const todo of failure.todo) lines.push(`  ${paint.faint('do')}      ${printable(todo)}`)
  return `${lines.join('\n')}\n`
}

export function usageFailure(message: string, todo: string): Failure {
  return new Failure('usage', message, { todo: [todo] })
}
