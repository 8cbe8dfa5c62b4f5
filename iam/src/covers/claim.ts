import { parseOperator, type Condition } from '../condition/condition.ts'
import { parseTemplate, type PolicyVersion } from '../variables.ts'
import { globOf, type Glob } from './glob.ts'
import { fillIn, type KeyView } from './key-view.ts'

/** What a condition says about requests that are not made yet. */
export type Claim = PresenceClaim | ComparisonClaim

/** Null: the key is there, or it is not. */
export interface PresenceClaim {
  readonly kind: 'presence'
  readonly subject: string
  readonly absent: boolean
  readonly condition: Condition
}

export interface ComparisonClaim {
  readonly kind: 'comparison'
  /** Names what is compared: an open key, or a value. Two claims of one subject are about the same. */
  readonly subject: string
  readonly quantifier: 'ForAllValues' | 'ForAnyValue' | undefined
  /** Name of the operator, without what is in the other members: `StringNotLikeIfExists` is `StringLike`. */
  readonly operator: string
  readonly negated: boolean
  /** Whether it holds when the key is missing. */
  readonly whenMissing: boolean
  /** Alternatives, for negated ones all of them forbidden. */
  readonly values: readonly ClaimValue[]
  readonly condition: Condition
}

export interface ClaimValue {
  /** As written. */
  readonly text: string
  /** Of String and Arn operators, with the variables that are known filled in; undefined when it equals nothing. */
  readonly glob: Glob | undefined
}

/** A claim, or the answer where that is certain already. */
export function claimOf(
  condition: Condition,
  { view, version }: { readonly view: KeyView; readonly version: PolicyVersion },
): Claim | boolean {
  const keys = condition.keys.map(view.read)
  const [key] = keys
  const { quantifier, name } = parseOperator(condition.operator)
  if (
    key?.kind === 'known' &&
    (key.value === undefined || keys.every(({ kind }) => kind === 'known'))
  ) {
    return condition.test(key.value, view.context)
  }
  const subject = key?.kind === 'open' ? `key ${key.name}` : `value ${JSON.stringify(key?.value)}`
  const whenMissing = condition.test(undefined, view.context)
  if (name === 'Null') {
    const whenThere = condition.test('', view.context)
    if (whenMissing === whenThere) return whenMissing
    return { kind: 'presence', subject, absent: whenMissing, condition }
  }
  const operator = name.replace('Not', '')
  const wildcards = operator === 'StringLike' || operator.startsWith('Arn') ? 'active' : 'literal'
  const values = condition.wanted.map((text): ClaimValue => {
    if (!/^(?:String|Arn)/.test(operator)) return { text, glob: undefined }
    const template = fillIn(parseTemplate(text, { version, wildcards }), view)
    return { text, glob: template && globOf(template) }
  })
  return {
    kind: 'comparison',
    subject,
    quantifier,
    operator,
    negated: condition.negated,
    whenMissing,
    values,
    condition,
  }
}
