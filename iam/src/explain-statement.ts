import type { NamedPolicy } from './policy-set.ts'
import { printable, quote } from './quote.ts'
import type { Statement } from './statement.ts'

/** E.g. `statement "ReachStaging" of inline policy reach-staging of user alice`. */
export function nameOf(place: {
  readonly policy: NamedPolicy
  readonly statement: Statement
}): string {
  const { policy, statement } = place
  const which = statement.sid === undefined ? String(statement.number) : quote(statement.sid)
  return `statement ${which} of ${printable(policy.name, 256)}`
}

/** `a`, `a and b`, `a, b and c`. */
export function inARow(texts: readonly string[]): string {
  return texts.length < 2
    ? texts.join('')
    : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1) ?? ''}`
}
