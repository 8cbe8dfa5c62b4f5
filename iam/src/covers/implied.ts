import type { Claim, ComparisonClaim } from './claim.ts'
import { areApart, holdsAll, isAnything, valueSets } from './value-sets.ts'

/** Does `wanted` hold whenever all of `given` hold? Says no when in doubt. */
export function isImplied(wanted: Claim, given: readonly Claim[]): boolean {
  const about = given.filter(({ subject }) => subject === wanted.subject)
  if (wanted.kind === 'presence') {
    return about.some((claim) =>
      claim.kind === 'presence'
        ? claim.absent === wanted.absent
        : !wanted.absent && isFalseWithoutValue(claim),
    )
  }
  return (
    about.some((claim) => saysTheSame(claim, wanted)) ||
    ((wanted.whenMissing || isNeverMissing(about, wanted)) &&
      about.some((claim) => claim.kind === 'comparison' && leavesOnly(claim, wanted)))
  )
}

/** Can `claim` never hold when all of `given` hold? Says no when in doubt. */
export function isContradicted(claim: Claim, given: readonly Claim[]): boolean {
  if (claim.kind === 'presence') return isImplied({ ...claim, absent: !claim.absent }, given)
  const about = given.filter(({ subject }) => subject === claim.subject)
  if (claim.whenMissing && !isNeverMissing(about, claim)) return false
  return about.some((other) => other.kind === 'comparison' && leavesNothingOf(claim, other))
}

/** A key that is there with an empty list counts as absent too. */
function isFalseWithoutValue(claim: ComparisonClaim): boolean {
  return !claim.whenMissing && claim.quantifier !== 'ForAllValues'
}

function isNeverMissing(about: readonly Claim[], { subject }: Claim): boolean {
  if (subject.startsWith('value ')) return true
  return about.some((claim) => (claim.kind === 'presence' ? !claim.absent : !claim.whenMissing))
}

function saysTheSame(claim: Claim, wanted: ComparisonClaim): boolean {
  return claim.kind === 'comparison' && textOf(claim) === textOf(wanted)
}

function textOf(claim: ComparisonClaim): string {
  return JSON.stringify({ ...claim, condition: undefined })
}

/**
 * With a value there: does `wanted` hold when `given` does? A claim without a set operator holds for one value only,
 * which is then the one that a set operator asks about.
 */
function leavesOnly(given: ComparisonClaim, wanted: ComparisonClaim): boolean {
  const fits = given.quantifier === undefined || given.quantifier === wanted.quantifier
  return fits && isNarrower(given, wanted)
}

/** With a value there: is `claim` false when `other` holds? */
function leavesNothingOf(claim: ComparisonClaim, other: ComparisonClaim): boolean {
  if (!isNarrower(other, { ...claim, negated: !claim.negated })) return false
  switch (claim.quantifier) {
    case undefined:
      return true
    case 'ForAnyValue':
      return other.quantifier !== 'ForAnyValue'
    case 'ForAllValues':
      return other.quantifier !== 'ForAllValues'
  }
}

/** Is each single value that fits `given` one that fits `wanted`? */
function isNarrower(given: ComparisonClaim, wanted: ComparisonClaim): boolean {
  const [some, others] = [valueSets(given), valueSets(wanted)]
  // No value at all in a policy fits nothing, negated or not.
  if (some.length === 0 || others.length === 0) return false
  if (!given.negated && !wanted.negated) {
    return some.every((inner) => others.some((outer) => holdsAll(outer, inner)))
  }
  if (given.negated && wanted.negated) {
    return others.every((inner) => some.some((outer) => holdsAll(outer, inner)))
  }
  if (wanted.negated) return some.every((set) => others.every((other) => areApart(set, other)))
  return others.some(isAnything)
}
