import type { FailedCondition } from './readings.ts'
import { printable, quote } from './quote.ts'

/** E.g. `StringEquals ec2:osuser wants "deploy" and the request has "ec2-user"`. */
export function describeFailure({ condition, found }: FailedCondition): string {
  const { operator, key } = condition
  return `${printable(operator)} ${printable(key)} wants ${wantedOf(condition)} and ${foundIn(found)}`
}

/** What to change, in the request or in the policy, so that this condition would hold. */
export function remedyFor({ condition, found }: FailedCondition): string {
  const operator = printable(condition.operator)
  const key = printable(condition.key)
  if (isPresence(condition.operator)) {
    if (hasQuantifier(condition.operator)) return `write Null instead of ${operator}`
    return found === undefined ? `make a request that has ${key}` : `make a request without ${key}`
  }
  if (typeof found === 'object' && !hasQuantifier(condition.operator)) {
    return `write ForAnyValue: or ForAllValues: before ${operator}, since ${key} can have several values`
  }
  if (found === undefined) return offer(condition)
  const value = listOf(typeof found === 'string' ? [found] : found)
  const verb = condition.negated ? 'no longer forbid' : 'also accept'
  return `${offer(condition)}, or let that ${operator} ${verb} ${value}`
}

/** The change on the requester's side. Tags are the resource's, so another resource is what a requester can choose. */
function offer({ key, wanted, negated }: FailedCondition['condition']): string {
  const tag = /^[a-z0-9]+:ResourceTag\/(.+)$/i.exec(key)?.[1]
  if (tag !== undefined) {
    return `choose a resource whose tag ${quote(tag)} is ${negated ? 'not ' : ''}${alternatives(wanted)}`
  }
  return `ask with ${negated ? 'another ' : ''}${printable(key)}${negated ? '' : ` ${alternatives(wanted)}`}`
}

function wantedOf({ operator, wanted, negated }: FailedCondition['condition']): string {
  if (isPresence(operator)) {
    return wanted.some((value) => value.toLowerCase() === 'true') ? 'no such key' : 'such a key'
  }
  return negated ? `anything but ${alternatives(wanted)}` : alternatives(wanted)
}

function foundIn(found: FailedCondition['found']): string {
  if (found === undefined) return 'the request has no such key'
  return `the request has ${typeof found === 'string' ? quote(found) : `the list ${listOf(found)}`}`
}

function isPresence(operator: string): boolean {
  return /^(ForAllValues:|ForAnyValue:)?Null$/.test(operator)
}

function hasQuantifier(operator: string): boolean {
  return operator.includes(':')
}

function alternatives(wanted: readonly string[]): string {
  return wanted.length > 1 ? `one of ${listOf(wanted)}` : listOf(wanted)
}

function listOf(texts: readonly string[]): string {
  if (texts.length === 0) return '(nothing)'
  const shown = texts.slice(0, 5).map((text) => quote(text))
  return texts.length > 5 ? `${shown.join(', ')} and ${texts.length - 5} more` : shown.join(', ')
}
